namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Picks so many of so many rows as they come by, evenly spaced: the same rows give the same pick.</summary>
/// <param name="total">Rows that will come; those beyond are not picked.</param>
/// <param name="wanted">How many to pick; all if there are not more.</param>
internal struct EvenPick(long total, long wanted)
{
    private readonly long _wanted = Math.Min(total, wanted);
    private long _seen;

    /// <summary>Whether the next row is picked.</summary>
    public bool Next()
    {
        var index = _seen++;

        // 128 bits: no count of rows overflows.
        return index < total && (Int128)(index + 1) * _wanted / total > (Int128)index * _wanted / total;
    }

    /// <summary>Shares a limit out in proportion to counts, at least one to each that is not 0.</summary>
    /// <returns>How many to pick of each.</returns>
    public static long[] Share(IReadOnlyList<long> counts, long limit)
    {
        var sum = counts.Sum();
        return [.. counts.Select(count => sum <= limit ? count : Math.Min(count, Math.Max(1, (long)((Int128)count * limit / sum))))];
    }
}
