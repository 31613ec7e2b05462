namespace Pipeline.ModelPackage;

/// <summary>One input column of a model.</summary>
/// <param name="Name">The column's name, case-sensitive, as clients send it.</param>
/// <param name="Kind">Numeric or categorical.</param>
/// <param name="AllowsMissing">True if training saw missing values, so that a request may leave the value out.</param>
/// <param name="Categories">The values that training saw, in ordinal order; null for a numeric feature.</param>
/// <param name="Minimum">The least value in training; null for a categorical feature.</param>
/// <param name="Maximum">The greatest value in training; null for a categorical feature.</param>
public sealed record Feature(
    string Name,
    FeatureKind Kind,
    bool AllowsMissing,
    IReadOnlyList<string>? Categories = null,
    float? Minimum = null,
    float? Maximum = null);
