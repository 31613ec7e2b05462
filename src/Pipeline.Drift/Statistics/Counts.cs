namespace Pipeline.Drift.Statistics;

/// <summary>What every measure and test demands of two sides' counts.</summary>
internal static class Counts
{
    /// <summary>Both sides' sums.</summary>
    /// <exception cref="ArgumentException">Different numbers of bins, a count below 0, or a side without any value: it has no shares, and no distance from anything.</exception>
    public static (long Reference, long Current) Totals(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        if (reference.Count != current.Count)
        {
            throw new ArgumentException($"The reference has {reference.Count} bins, and the current counts are {current.Count}.", nameof(current));
        }

        return (TotalOf(reference, nameof(reference)), TotalOf(current, nameof(current)));
    }

    private static long TotalOf(IReadOnlyList<long> counts, string name)
    {
        var sum = 0L;
        foreach (var count in counts)
        {
            sum += count >= 0 ? count : throw new ArgumentException($"A count is {count}.", name);
        }

        return sum > 0 ? sum : throw new ArgumentException("A side without a value has no shares.", name);
    }
}
