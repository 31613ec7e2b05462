using System.Text.Json.Serialization;

namespace Pipeline.Drift.Verdicts;

/// <summary>What is compared with the reference.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubjectKind>))]
public enum SubjectKind
{
    /// <summary>A column that the model is asked with.</summary>
    [JsonStringEnumMemberName("feature")]
    Feature,

    /// <summary>The scores of the model's answers: probabilities of the positive class or of the most probable one, or numbers.</summary>
    [JsonStringEnumMemberName("prediction")]
    Prediction,

    /// <summary>The labels that the model answers.</summary>
    [JsonStringEnumMemberName("predicted_label")]
    PredictedLabel,

    /// <summary>The labels as they turned out, names or numbers; where they are known.</summary>
    [JsonStringEnumMemberName("label")]
    Label,
}
