namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>
/// From what counters stood at to what they have counted. Exact, other than PromQL's increase(), which extrapolates to the window's ends and misses a series' first sample.
/// A process that restarted begins all of its counters anew: if one has fallen all have, also those that are by now greater than before.
/// </summary>
public static class CounterIncrease
{
    /// <summary>What one process counted between two readings.</summary>
    /// <param name="start">Null if it began after the window did, and so from 0.</param>
    /// <param name="end">The later one.</param>
    /// <returns>A value per cell, <see cref="CounterReading.Absent"/> where the end has none; null if a counter has fallen, so that these are not of one life.</returns>
    public static CounterReading? Between(CounterReading? start, CounterReading end)
    {
        var increase = new long[end.Count];
        for (var cell = 0; cell < increase.Length; cell++)
        {
            // A series that was not there yet began at 0 later.
            var before = start is null ? 0 : Math.Max(start[cell], 0);
            if (end[cell] != CounterReading.Absent && end[cell] < before)
            {
                return null;
            }

            increase[cell] = end[cell] == CounterReading.Absent ? CounterReading.Absent : end[cell] - before;
        }

        return new CounterReading(increase);
    }

    /// <summary>What was counted over many readings of the same series, restarts included.</summary>
    /// <param name="readings">In order of time; at least one.</param>
    /// <param name="isFromZero">Whether what the first reading shows was counted in the window, too.</param>
    public static CounterReading Over(IEnumerable<CounterReading> readings, bool isFromZero)
    {
        CounterReading? last = null;
        CounterReading? sum = null;
        foreach (var reading in readings)
        {
            sum ??= isFromZero ? new CounterReading(new long[reading.Count]) : Zero(reading);
            if (last is not null || isFromZero)
            {
                Add(sum, Between(last, reading) ?? reading);
            }

            last = reading;
        }

        return sum ?? throw new ArgumentException("There is no reading.", nameof(readings));
    }

    /// <summary>Adds an increase to a sum, cell by cell; what is absent in either stays absent in the sum.</summary>
    public static void Add(CounterReading sum, CounterReading increase)
    {
        for (var cell = 0; cell < sum.Count; cell++)
        {
            sum[cell] = sum[cell] == CounterReading.Absent || increase[cell] == CounterReading.Absent ? CounterReading.Absent : sum[cell] + increase[cell];
        }
    }

    private static CounterReading Zero(CounterReading like) => new(Array.ConvertAll(like.Values.ToArray(), value => value == CounterReading.Absent ? CounterReading.Absent : 0));
}
