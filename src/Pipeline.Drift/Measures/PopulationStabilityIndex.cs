using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Measures;

/// <summary>
/// Population stability index, PSI = Σ (q - p) ln(q / p) over the shares p of the reference and q of the current rows: Jeffreys' divergence of the two, 0 or more, symmetric.
/// Customarily less than 0.1 is said to be stable, and 0.25 and more a shift; a shift of a normal law by δ standard deviations gives δ². Source: Siddiqi, Credit Risk Scorecards (2006), 13.
/// </summary>
/// <remarks>Few rows alone make it large, with no drift at all: see <see cref="AdjustedPsi"/>, which verdicts are by. This is the number that other tools show.</remarks>
public static class PopulationStabilityIndex
{
    /// <summary>Shares below this are raised to it, since an empty bin would make the index infinite; the others stay as they are.</summary>
    public const double LeastShare = 1e-4;

    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> current) => Contributions(reference, current).Sum();

    /// <summary>Each bin's part; none is below 0.</summary>
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static IReadOnlyList<double> Contributions(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        return [.. reference.Zip(current, (count, now) => Part(Math.Max((double)count / n, LeastShare), Math.Max((double)now / m, LeastShare)))];
    }

    internal static double Part(double share, double now) => (now - share) * Math.Log(now / share);
}
