namespace Pipeline.Drift.Statistics;

/// <summary>Pearson's χ² test of homogeneity of two rows of counts, without Yates' correction; bins that are empty on both sides are left out.</summary>
public static class ChiSquaredTest
{
    public const string Name = "chi2";

    /// <summary>With an expected count below this the p-value is rough (Cochran, Biometrics 10, 1954).</summary>
    public const double LeastExpected = 5;

    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    /// <returns>Statistic 0 and p 1 if all is in one and the same bin.</returns>
    public static TestOutcome Test(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        var all = (double)n + m;
        var (statistic, bins, leastExpected) = (0d, 0, double.PositiveInfinity);
        for (var bin = 0; bin < reference.Count; bin++)
        {
            var both = (double)reference[bin] + current[bin];
            if (both > 0)
            {
                var (expected, expectedNow) = (both * (n / all), both * (m / all));
                statistic += (Square(reference[bin] - expected) / expected) + (Square(current[bin] - expectedNow) / expectedNow);
                leastExpected = Math.Min(leastExpected, Math.Min(expected, expectedNow));
                bins++;
            }
        }

        return bins == 1
            ? new TestOutcome(Name, 0, 0, 1, IsApproximate: false)
            : new TestOutcome(Name, statistic, bins - 1, ChiSquared.Survival(statistic, bins - 1), leastExpected < LeastExpected);
    }

    private static double Square(double value) => value * value;
}
