using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Measures;

/// <summary>Half the sum of the differences of shares, 0 to 1: the share of rows that would have to change bins to make both sides the same. There is no customary bound.</summary>
public static class TotalVariationDistance
{
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        return Math.Min(1, reference.Zip(current, (count, now) => Math.Abs(((double)now / m) - ((double)count / n))).Sum() / 2);
    }
}
