namespace Pipeline.Metrics.Comparisons;

/// <summary>How alike two models' scores are, whatever is true.</summary>
public static class Correlation
{
    /// <summary>Pearson's; null if one of the two says the same of every row.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? Pearson(IReadOnlyList<double> one, IReadOnlyList<double> other) =>
        one.Count != other.Count ? throw new ArgumentException($"{one.Count} scores, but {other.Count} of the other model.")
        : MathNet.Numerics.Statistics.Correlation.Pearson(one, other) is var correlation && double.IsFinite(correlation) ? correlation : null;
}
