using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Gates;

/// <summary>What a gate says.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GateOutcome>))]
public enum GateOutcome
{
    /// <summary>What was asked is fulfilled.</summary>
    [JsonStringEnumMemberName("pass")]
    Pass,

    /// <summary>It is not, or it cannot be computed or compared.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>It is not, and somebody answers for letting this model through all the same, for a reason and a time.</summary>
    [JsonStringEnumMemberName("waived")]
    Waived,

    /// <summary>There are too few rows to say.</summary>
    [JsonStringEnumMemberName("notEnoughData")]
    NotEnoughData,
}
