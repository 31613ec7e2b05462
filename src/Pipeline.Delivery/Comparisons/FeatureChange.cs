using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Comparisons;

/// <summary>How a column of this model differs from the other model's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureChange>))]
public enum FeatureChange
{
    /// <summary>The other does not take it.</summary>
    [JsonStringEnumMemberName("added")]
    Added,

    /// <summary>Only the other takes it.</summary>
    [JsonStringEnumMemberName("removed")]
    Removed,

    /// <summary>It is numeric for one and categorical for the other.</summary>
    [JsonStringEnumMemberName("kind")]
    Kind,

    /// <summary>Training saw other categories.</summary>
    [JsonStringEnumMemberName("categories")]
    Categories,
}
