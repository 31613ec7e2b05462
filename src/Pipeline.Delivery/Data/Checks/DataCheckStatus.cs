using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Data.Checks;

/// <summary>What a check of the data came to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataCheckStatus>))]
public enum DataCheckStatus
{
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>Nothing is wrong; it is told all the same.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>Somebody should look.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>The data are refused.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>It is switched off.</summary>
    [JsonStringEnumMemberName("off")]
    Off,
}
