using System.Runtime.InteropServices;

namespace Pipeline.Drift;

/// <summary>One feature of a reference profile: its bins, and how the training and the test rows lie in them.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Bins">By the training rows.</param>
/// <param name="Minimum">The least number in training; null for categories, and if training saw no number.</param>
/// <param name="Maximum">The greatest number in training; null likewise.</param>
/// <param name="Training">The training rows; none is out of range or unseen.</param>
/// <param name="Test">The test rows.</param>
/// <param name="Importance">How much worse the model does on test rows, by the metric of its definition, when this feature's values are shuffled among them; null in a profile that does not tell.</param>
public sealed record FeatureProfile(string Name, FeatureBins Bins, float? Minimum, float? Maximum, FeatureCounts Training, FeatureCounts Test, double? Importance = null)
{
    /// <summary>The profile of a numeric column; NaN is missing.</summary>
    public static FeatureProfile OfNumbers(string name, ReadOnlySpan<float> training, ReadOnlySpan<float> test)
    {
        var bins = NumericBins.Of(training);
        var (minimum, maximum) = RangeOf(training);
        var cells = new NumericCells(bins, minimum, maximum);
        return new FeatureProfile(name, bins, minimum, maximum, Count(cells, training), Count(cells, test));
    }

    /// <summary>The profile of a categorical column; null is missing.</summary>
    public static FeatureProfile OfCategories(string name, IReadOnlyList<string?> training, IReadOnlyList<string?> test, int maxCategories = CategoryBins.DefaultMaxCategories)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var value in training)
        {
            if (value is not null)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
            }
        }

        var bins = CategoryBins.Of(counts, maxCategories);
        var cells = new CategoryCells(bins, counts.Keys);
        return new FeatureProfile(name, bins, Minimum: null, Maximum: null, Count(cells, training), Count(cells, test));
    }

    private static FeatureCounts Count(NumericCells cells, ReadOnlySpan<float> values)
    {
        var counts = new long[cells.Count];
        foreach (var value in values)
        {
            counts[cells.CellOf(value)]++;
        }

        return cells.ToCounts(counts);
    }

    private static FeatureCounts Count(CategoryCells cells, IReadOnlyList<string?> values)
    {
        var counts = new long[cells.Count];
        foreach (var value in values)
        {
            counts[cells.CellOf(value)]++;
        }

        return cells.ToCounts(counts);
    }

    private static (float? Minimum, float? Maximum) RangeOf(ReadOnlySpan<float> values)
    {
        var (minimum, maximum) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                // Adding zero turns -0 into +0, so that one text stands for both.
                minimum = MathF.Min(minimum, value + 0f);
                maximum = MathF.Max(maximum, value + 0f);
            }
        }

        return minimum <= maximum ? (minimum, maximum) : (null, null);
    }
}
