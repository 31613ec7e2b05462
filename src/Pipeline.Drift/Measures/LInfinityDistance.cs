using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Measures;

/// <summary>The greatest difference of a bin's share, 0 to 1: what TensorFlow Data Validation compares categories by. There is no customary bound.</summary>
public static class LInfinityDistance
{
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        return reference.Zip(current, (count, now) => Math.Abs(((double)now / m) - ((double)count / n))).Max();
    }
}
