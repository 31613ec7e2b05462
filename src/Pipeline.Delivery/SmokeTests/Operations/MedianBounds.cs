using Pipeline.Metrics;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>
/// Bounds of a median by counting alone, whatever the distribution: that the r-th value from the end lies beyond it has the probability of fewer than r heads in n throws of a coin (Hahn and
/// Meeker, Statistical Intervals, 1991, chapter 5). Of nine values the second and the eighth make an interval of 96 %: one start in nine that the machine disturbed moves neither.
/// </summary>
internal static class MedianBounds
{
    public const string Method = "order statistics";

    // On each side; of a 95 % interval.
    private const double Doubt = 0.025;

    /// <summary>The median; of an even number of values the mean of the two in the middle.</summary>
    /// <param name="values">At least one.</param>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>With at least 95 % confidence; null of fewer than six values.</summary>
    public static ConfidenceInterval? Interval(IReadOnlyCollection<double> values)
    {
        var rank = Rank(values.Count);
        return rank == 0 ? null : new ConfidenceInterval(values.Order().ElementAt(rank - 1), values.OrderDescending().ElementAt(rank - 1), Method);
    }

    /// <summary>The greatest rank from an end, from 1, that the median lies beyond with at most that probability; 0 if there is none.</summary>
    private static int Rank(int count)
    {
        var (rank, ways, beyond) = (0, 1.0, Math.Pow(2, -count));
        while (beyond <= Doubt)
        {
            rank++;
            ways *= (double)(count - rank + 1) / rank;
            beyond += ways * Math.Pow(2, -count);
        }

        return rank;
    }
}
