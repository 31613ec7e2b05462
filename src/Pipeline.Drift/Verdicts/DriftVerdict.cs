using System.Text.Json.Serialization;

namespace Pipeline.Drift.Verdicts;

/// <summary>What a drift check says of a subject, of a window or of a whole report. In ascending order of weight, but for <see cref="Insufficient"/>, which says nothing either way.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DriftVerdict>))]
public enum DriftVerdict
{
    /// <summary>No drift of a size that matters was found.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Significant, and more than the warning size, less than the size of drift.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>Significant, and of a size that matters.</summary>
    [JsonStringEnumMemberName("drift")]
    Drift,

    /// <summary>Too few rows to say.</summary>
    [JsonStringEnumMemberName("insufficient")]
    Insufficient,
}
