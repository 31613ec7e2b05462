using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Measures;

/// <summary>
/// PSI that does not grow with fewness of rows: of Jeffreys shares (c + ½)/(n + B/2), less the noise floor (1/n + 1/m)(B - 1), with n rows of the reference, m current ones and B bins.
/// Near 0, also below it, if there is no drift; from 0.1 on it is judged as drift, from 0.05 on as a warning.
/// </summary>
/// <remarks>
/// Sources: with no drift PSI/(1/n + 1/m) follows χ² with B - 1 degrees of freedom, whose mean is the floor (Yurdakul, Statistical Properties of Population Stability Index, 2018);
/// the shares are the posterior means under Jeffreys' prior, so that an empty bin of few rows weighs less than one of many.
/// </remarks>
public static class AdjustedPsi
{
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        return OfJeffreysShares(reference, current) - NoiseFloor(n, m, reference.Count);
    }

    /// <summary>PSI of Jeffreys shares, before the floor is taken off.</summary>
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double OfJeffreysShares(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        var half = reference.Count / 2d;
        return reference.Zip(current, (count, now) => PopulationStabilityIndex.Part((count + 0.5) / (n + half), (now + 0.5) / (m + half))).Sum();
    }

    /// <summary>What PSI is expected to be with no drift.</summary>
    /// <param name="reference">Rows of the reference (n), at least 1.</param>
    /// <param name="current">Current rows (m), at least 1.</param>
    /// <param name="bins">B, at least 1.</param>
    public static double NoiseFloor(long reference, long current, int bins) => Variance(reference, current) * (bins - 1);

    /// <summary>The PSI, unadjusted, that is passed with the chance <paramref name="level"/> with no drift: (1/n + 1/m) χ²(1 - level; B - 1). 0 for one bin.</summary>
    /// <param name="reference">Rows of the reference (n), at least 1.</param>
    /// <param name="current">Current rows (m), at least 1.</param>
    /// <param name="bins">B, at least 1.</param>
    /// <param name="level">Greater than 0, at most 1.</param>
    public static double Critical(long reference, long current, int bins, double level) => bins > 1 ? Variance(reference, current) * ChiSquared.UpperQuantile(level, bins - 1) : 0;

    private static double Variance(long reference, long current) => (1d / reference) + (1d / current);
}
