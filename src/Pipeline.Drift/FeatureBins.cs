using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>
/// The bins that one feature's values are counted in, fixed by the training rows: a value that there is lies in exactly one of them, a missing one or an infinite one in none.
/// A bin is known by its index, which is what metrics carry. Immutable and thread-safe.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(QuantileBins), "quantiles")]
[JsonDerivedType(typeof(ValueBins), "values")]
[JsonDerivedType(typeof(CategoryBins), "categories")]
public abstract class FeatureBins
{
    /// <summary>What <c>IndexOf</c> answers for a number that is in no bin: NaN and the infinities.</summary>
    public const int None = -1;

    /// <summary>Number of bins.</summary>
    [JsonIgnore]
    public abstract int Count { get; }
}
