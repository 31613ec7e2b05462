using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Comparisons;

/// <summary>What the 95 % interval of a difference says of this model against the other.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComparedOutcome>))]
public enum ComparedOutcome
{
    /// <summary>The interval lies on the better side of 0.</summary>
    [JsonStringEnumMemberName("better")]
    Better,

    /// <summary>It lies on the worse side.</summary>
    [JsonStringEnumMemberName("worse")]
    Worse,

    /// <summary>It does not hold 0, and the metric has no better side.</summary>
    [JsonStringEnumMemberName("differs")]
    Differs,

    /// <summary>It holds 0.</summary>
    [JsonStringEnumMemberName("noDifference")]
    NoDifference,

    /// <summary>The metric is undefined for one of both, or too few rows tell how sure the difference is.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
