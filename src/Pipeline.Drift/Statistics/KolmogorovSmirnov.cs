namespace Pipeline.Drift.Statistics;

/// <summary>The two-sample Kolmogorov-Smirnov statistic: the greatest distance of two empirical distribution functions, 0 to 1.</summary>
public static class KolmogorovSmirnov
{
    public const string Name = "ks";

    /// <param name="reference">At least one value, none NaN, in ascending order.</param>
    /// <param name="current">Likewise.</param>
    public static double Distance(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        ArgumentOutOfRangeException.ThrowIfZero(reference.Length);
        ArgumentOutOfRangeException.ThrowIfZero(current.Length);
        var (i, j, greatest) = (0, 0, 0d);
        while (i < reference.Length && j < current.Length)
        {
            // Past all that equals the lesser of the two next values, on both sides: within ties there is no distance.
            var value = Math.Min(reference[i], current[j]);
            while (i < reference.Length && reference[i] <= value)
            {
                i++;
            }

            while (j < current.Length && current[j] <= value)
            {
                j++;
            }

            greatest = Math.Max(greatest, Math.Abs(((double)i / reference.Length) - ((double)j / current.Length)));
        }

        return greatest;
    }

    /// <summary>The distance at the bins' upper edges: at most that of the values themselves.</summary>
    /// <param name="reference">One count per bin, in the bins' order, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static double DistanceOfCounts(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        var (below, belowNow, greatest) = (0L, 0L, 0d);
        for (var bin = 0; bin < reference.Count; bin++)
        {
            below += reference[bin];
            belowNow += current[bin];
            greatest = Math.Max(greatest, Math.Abs(((double)below / n) - ((double)belowNow / m)));
        }

        return greatest;
    }

    /// <summary>The test of counts in ordered bins, p by Stephens' approximation.</summary>
    /// <param name="reference">One count per bin, in the bins' order, not all 0.</param>
    /// <param name="current">Likewise.</param>
    public static TestOutcome Test(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var (n, m) = Counts.Totals(reference, current);
        var distance = DistanceOfCounts(reference, current);
        return new TestOutcome(Name, distance, DegreesOfFreedom: null, Kolmogorov.StephensPValue(distance, n, m), IsApproximate: false);
    }
}
