using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>One input column of a model.</summary>
/// <param name="Name">The column's name, case-sensitive, as clients send it.</param>
/// <param name="Kind">Numeric or categorical.</param>
/// <param name="AllowsMissing">True if training saw missing values, so that a request may leave the value out.</param>
/// <param name="Categories">The values that the model tells apart, in ordinal order: all that training saw, or the most frequent ones; null for a numeric feature.</param>
/// <param name="Minimum">The least value in training; null for a categorical feature.</param>
/// <param name="Maximum">The greatest value in training; null for a categorical feature.</param>
/// <param name="OtherValues">
/// How many of the values that training saw are not among the categories and count as one, <c>other</c>, as does any value that training did not see. Null if there are none: then a value that
/// training did not see counts as nothing.
/// </param>
public sealed record Feature(
    string Name,
    FeatureKind Kind,
    bool AllowsMissing,
    IReadOnlyList<string>? Categories = null,
    float? Minimum = null,
    float? Maximum = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? OtherValues = null);
