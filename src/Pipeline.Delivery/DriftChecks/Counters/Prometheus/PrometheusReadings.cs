using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>Reads what all counters of a model stood at in single scrapes.</summary>
internal sealed class PrometheusReadings(PrometheusClient client, CountedModel model, CounterLayout layout)
{
    // Scrapes this close are read at once; an answer then holds some samples a series that nobody asked for.
    private const long TogetherMilliseconds = 15_000;

    // Of all series of one process: an hour is some 2 MB.
    private const long PieceMilliseconds = 60 * 60 * 1000L;

    private readonly string _counters = $"{PromQl.AnyOf("__name__", ServiceMetricNames.Counters)},model={PromQl.Quote(model.Name)},version={PromQl.Quote(model.Version)}";

    /// <summary>The readings of some scrapes, each complete.</summary>
    /// <exception cref="PipelineException">Tool error: the server cannot be read, or lacks series of a scrape, or has ones of another reference.</exception>
    public async Task<IReadOnlyDictionary<(ReplicaKey Key, long Time), CounterReading>> AtAsync(IEnumerable<(ReplicaKey Key, long Time)> scrapes, CancellationToken cancellationToken)
    {
        var readings = new Dictionary<(ReplicaKey, long), CounterReading>();
        foreach (var together in Together(scrapes.Distinct().OrderBy(scrape => scrape.Time)))
        {
            var wanted = together.ToHashSet();
            foreach (var (at, reading) in await ReadAsync(together.Select(scrape => scrape.Key), together[0].Time - 1, together[^1].Time, wanted.Contains, cancellationToken))
            {
                readings.Add(at, reading);
            }

            foreach (var scrape in together)
            {
                Check(scrape, readings.GetValueOrDefault(scrape));
            }
        }

        return readings;
    }

    /// <summary>What one process counted, from all of its samples: for one that does not tell when it started, or whose counters do not fit together otherwise.</summary>
    /// <param name="key">Which.</param>
    /// <param name="start">The scrape to count from; null for 0.</param>
    /// <param name="first">A time before the first scrape.</param>
    /// <param name="end">The last scrape.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PipelineException">As above.</exception>
    public async Task<CounterReading> OverAsync(ReplicaKey key, long? start, long first, long end, CancellationToken cancellationToken)
    {
        var sum = new CounterReading(new long[layout.Count]);
        CounterReading? last = null;
        for (var from = start - 1 ?? first; from < end; from += PieceMilliseconds)
        {
            var piece = await ReadAsync([key], from, Math.Min(from + PieceMilliseconds, end), _ => true, cancellationToken);
            foreach (var (at, reading) in piece.Where(pair => pair.Key.Key == key).OrderBy(pair => pair.Key.Time))
            {
                Check(at, reading);
                if (last is not null || start is null)
                {
                    CounterIncrease.Add(sum, CounterIncrease.Between(last, reading) ?? reading);
                }

                last = reading;
            }
        }

        return sum;
    }

    private async Task<Dictionary<(ReplicaKey Key, long Time), CounterReading>> ReadAsync(
        IEnumerable<ReplicaKey> keys, long from, long to, Predicate<(ReplicaKey Key, long Time)> isWanted, CancellationToken cancellationToken)
    {
        var instances = keys.Select(key => key.Instance).Distinct().ToList();
        var only = instances.Contains(null) ? string.Empty : $",{PromQl.AnyOf("instance", instances!)}";
        var readings = new Dictionary<(ReplicaKey, long), CounterReading>();
        foreach (var series in await client.SamplesAsync($"{{{_counters}{only}}}", from, to, cancellationToken))
        {
            var (key, cell) = (ReplicaKey.Of(series.Labels), CellOf(series));
            foreach (var sample in series.Samples.Where(sample => isWanted((key, sample.Time))))
            {
                if (!readings.TryGetValue((key, sample.Time), out var reading))
                {
                    readings.Add((key, sample.Time), reading = new CounterReading(layout.Count));
                }

                reading[cell] = (long)sample.Value;
            }
        }

        return readings;
    }

    private int CellOf(PrometheusSeries series)
    {
        try
        {
            return layout.CellOf(series.Metric, series.Labels);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{ReplicaKey.Of(series.Labels).Name} counts by another reference than {model} has: {e.Message}. Check that Prometheus has no other service's series under this model and version.", e);
        }
    }

    private void Check((ReplicaKey Key, long Time) scrape, CounterReading? reading)
    {
        var missing = reading is null ? [.. ServiceMetricNames.Counters] : layout.MissingFrom(reading);
        if (missing.Count > 0)
        {
            throw new PipelineException(
                ExitCode.ToolError,
                $"Prometheus has {missing.Count} series of {model} at {scrape.Key.Name} less than the service gives, such as {missing[0]} ({DateTimeOffset.FromUnixTimeMilliseconds(scrape.Time):u}). Check that no metric_relabel_configs of the scrape drops them.");
        }
    }

    private static List<List<(ReplicaKey Key, long Time)>> Together(IEnumerable<(ReplicaKey Key, long Time)> inOrder)
    {
        var groups = new List<List<(ReplicaKey Key, long Time)>>();
        foreach (var scrape in inOrder)
        {
            if (groups.Count == 0 || scrape.Time - groups[^1][0].Time > TogetherMilliseconds)
            {
                groups.Add([]);
            }

            groups[^1].Add(scrape);
        }

        return groups;
    }
}
