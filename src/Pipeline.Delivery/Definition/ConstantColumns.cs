using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Definition;

/// <summary>What a feature comes to that says nothing, as it has one value in all training rows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConstantColumns>))]
public enum ConstantColumns
{
    /// <summary>It is told.</summary>
    Warn,

    /// <summary>The data are refused.</summary>
    Fail,

    /// <summary>Nothing.</summary>
    Off,
}
