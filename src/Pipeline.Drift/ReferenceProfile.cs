using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>
/// What the rows of training and test looked like, by bins and counts alone: the content of a package's reference.json. What a service counts later is compared with it;
/// it holds no row.
/// </summary>
/// <param name="SchemaVersion">Version of this format; readers refuse another.</param>
/// <param name="TrainingRows">Number of training rows.</param>
/// <param name="TestRows">Number of test rows.</param>
/// <param name="Features">One entry per feature, in the order of the model's schema.</param>
/// <param name="Predictions">The model's answers.</param>
/// <param name="Labels">The true labels by name; null of a model of a number, and in a profile that does not tell.</param>
public sealed partial record ReferenceProfile(
    int SchemaVersion, long TrainingRows, long TestRows, IReadOnlyList<FeatureProfile> Features, PredictionProfile Predictions, LabelCounts? Labels = null)
{
    public const int CurrentSchemaVersion = 1;

    /// <summary>The true labels of a model of a number, by bins of the training rows, as if they were a feature; null of a model of classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureProfile? Target { get; init; }
}
