using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>What a feature's value is to the model, by what training saw. Every value has exactly one state.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ValueState>))]
public enum ValueState
{
    /// <summary>A number within the range of training, or a category that training saw.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>No value; NaN stands for it in a numeric column. In no bin.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>An infinite number. In no bin.</summary>
    [JsonStringEnumMemberName("not_finite")]
    NotFinite,

    /// <summary>A number less than all in training. In the lowest bin, or in that of other values if the column is discrete.</summary>
    [JsonStringEnumMemberName("below_range")]
    BelowRange,

    /// <summary>A number greater than all in training. In the last bin.</summary>
    [JsonStringEnumMemberName("above_range")]
    AboveRange,

    /// <summary>A category that training did not see, or any number if training saw none. In the bin of other values.</summary>
    [JsonStringEnumMemberName("unseen")]
    Unseen,
}
