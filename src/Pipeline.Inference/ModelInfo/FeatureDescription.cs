using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelInfo;

/// <summary>One column of a row.</summary>
/// <param name="Name">The column's name, case-sensitive.</param>
/// <param name="Kind">Numeric or categorical.</param>
/// <param name="AllowsMissing">True if a row may leave it out or send null.</param>
/// <param name="CategoryCount">How many values training saw; null for a numeric column.</param>
/// <param name="Categories">Those values. Others are scored too, as unseen ones.</param>
/// <param name="Minimum">The least value in training; null for a categorical column.</param>
/// <param name="Maximum">The greatest value in training.</param>
public sealed record FeatureDescription(string Name, FeatureKind Kind, bool AllowsMissing, int? CategoryCount, IReadOnlyList<string>? Categories, float? Minimum, float? Maximum)
{
    public static FeatureDescription Of(Feature feature) =>
        new(feature.Name, feature.Kind, feature.AllowsMissing, feature.Categories?.Count, feature.Categories, feature.Minimum, feature.Maximum);
}
