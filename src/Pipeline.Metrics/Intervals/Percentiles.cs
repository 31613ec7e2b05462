namespace Pipeline.Metrics.Intervals;

/// <summary>Percentiles of numbers, interpolated linearly between the two next ones (definition 7 of Hyndman and Fan, The American Statistician 50, 1996; NumPy's default).</summary>
public sealed class Percentiles
{
    private readonly double[] _sorted;

    private Percentiles(double[] sorted) => _sorted = sorted;

    /// <param name="values">NaN stands for none.</param>
    /// <param name="leastDefined">The share of values that there must be: 0 to 1.</param>
    /// <returns>Null if there are fewer.</returns>
    public static Percentiles? Of(IReadOnlyCollection<double> values, double leastDefined)
    {
        var defined = values.Where(double.IsFinite).Order().ToArray();
        return defined.Length > 0 && defined.Length >= leastDefined * values.Count ? new Percentiles(defined) : null;
    }

    /// <param name="share">0 to 1.</param>
    public double At(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var position = share * (_sorted.Length - 1);
        var below = (int)position;
        return below + 1 == _sorted.Length ? _sorted[below] : double.Lerp(_sorted[below], _sorted[below + 1], position - below);
    }

    /// <summary>The share of numbers above a bound.</summary>
    public double ShareAbove(double bound) => (double)_sorted.Count(value => value > bound) / _sorted.Length;
}
