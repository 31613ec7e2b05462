using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>How a feature column enters the model.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureKind>))]
public enum FeatureKind
{
    /// <summary>A 32-bit float; a missing value is NaN.</summary>
    [JsonStringEnumMemberName("numeric")]
    Numeric,

    /// <summary>A string out of a set that training saw; a missing value is <see cref="FeatureSchema.MissingCategory"/>.</summary>
    [JsonStringEnumMemberName("categorical")]
    Categorical,
}
