using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Measures;

/// <summary>
/// Jensen-Shannon distance with logarithms to base 2: the root of the mean of both sides' divergences from their mean. A metric, 0 (same shares) to 1 (no bin in common); empty bins need no
/// care. Customary bound: 0.1. Sources: Lin, IEEE Trans. Inf. Theory 37 (1991); Endres and Schindelin, ibid. 49 (2003).
/// </summary>
public static class JensenShannonDistance
{
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        var divergence = reference.Zip(current, (count, now) => Part((double)count / n, (double)now / m)).Sum();
        return Math.Sqrt(Math.Clamp(divergence, 0, 1));
    }

    private static double Part(double share, double now)
    {
        var mean = (share + now) / 2;
        return (Half(share) + Half(now)) / 2;

        double Half(double x) => x > 0 ? x * Math.Log2(x / mean) : 0;
    }
}
