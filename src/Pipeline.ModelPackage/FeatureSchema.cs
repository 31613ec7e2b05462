using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>
/// A model's input columns. The ONNX graph takes the numeric ones together as the float tensor <see cref="NumericInput"/> of shape [N, k],
/// columns in this schema's order, and each categorical one as a string tensor [N, 1] that bears the column's name.
/// </summary>
public sealed record FeatureSchema(IReadOnlyList<Feature> Features)
{
    /// <summary>Name of the graph's numeric input tensor. Not a legal column name of a model definition, so that none collides with it.</summary>
    public const string NumericInput = "numeric_features";

    /// <summary>What stands for a missing category in string tensors: U+FFFF, a noncharacter, so that no real value equals it.</summary>
    public const string MissingCategory = "\uFFFF";

    [JsonIgnore]
    public IReadOnlyList<Feature> Numeric { get; } = [.. Features.Where(f => f.Kind == FeatureKind.Numeric)];

    [JsonIgnore]
    public IReadOnlyList<Feature> Categorical { get; } = [.. Features.Where(f => f.Kind == FeatureKind.Categorical)];
}
