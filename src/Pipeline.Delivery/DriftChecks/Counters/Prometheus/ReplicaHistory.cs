using System.Runtime.InteropServices;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>
/// Finds out which processes served which version of a model, and when each lived and was scraped, from three series a process: the labels that it answered, which tell all rows
/// counted, and its start. They are read raw, at any density of scrapes some 100 KB a process and day; the many series of bins are then read at few moments only.
/// </summary>
internal sealed class ReplicaHistory(PrometheusClient client)
{
    // So that neither an answer nor what Prometheus holds for it grows with the window.
    private const long PieceMilliseconds = 24 * 60 * 60 * 1000L;

    private readonly Dictionary<(ReplicaKey Key, string Version), Dictionary<long, long>> _rows = [];
    private readonly Dictionary<ReplicaKey, Dictionary<long, double>> _starts = [];

    /// <param name="model">Label <c>model</c>.</param>
    /// <param name="instances">Values of the label <c>instance</c>; null if not all of them have one.</param>
    /// <param name="from">Milliseconds since 1970, exclusive.</param>
    /// <param name="to">Milliseconds since 1970, inclusive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<CountedReplica>> ReadAsync(string model, IReadOnlyList<string>? instances, long from, long to, CancellationToken cancellationToken)
    {
        var labels = $"{ServiceMetricNames.PredictedLabels}{{model={PromQl.Quote(model)}}}";
        var starts = instances is null ? ServiceMetricNames.ProcessStart : $"{ServiceMetricNames.ProcessStart}{{{PromQl.AnyOf("instance", instances)}}}";
        for (var start = from; start < to; start += PieceMilliseconds)
        {
            var end = Math.Min(start + PieceMilliseconds, to);
            var reads = await Task.WhenAll(client.SamplesAsync(labels, start, end, cancellationToken), client.SamplesAsync(starts, start, end, cancellationToken));
            AddRows(reads[0]);
            AddStarts(reads[1]);
        }

        return [.. _rows.Select(pair => new CountedReplica(pair.Key.Key, pair.Key.Version, TimelineOf(pair.Key.Key, pair.Value))).OrderBy(replica => replica.Key.Name, StringComparer.Ordinal)];
    }

    private void AddRows(IReadOnlyList<PrometheusSeries> series)
    {
        foreach (var one in series)
        {
            var key = (ReplicaKey.Of(one.Labels), one.Labels.GetValueOrDefault("version", string.Empty));
            if (!_rows.TryGetValue(key, out var rows))
            {
                _rows.Add(key, rows = []);
            }

            foreach (var sample in one.Samples)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(rows, sample.Time, out _) += (long)sample.Value;
            }
        }
    }

    private void AddStarts(IReadOnlyList<PrometheusSeries> series)
    {
        foreach (var one in series)
        {
            var key = ReplicaKey.Of(one.Labels);
            if (!_starts.TryGetValue(key, out var starts))
            {
                _starts.Add(key, starts = []);
            }

            foreach (var sample in one.Samples)
            {
                starts[sample.Time] = sample.Value;
            }
        }
    }

    private ReplicaTimeline TimelineOf(ReplicaKey key, Dictionary<long, long> rows)
    {
        var starts = _starts.GetValueOrDefault(key);
        return new ReplicaTimeline([.. rows.OrderBy(pair => pair.Key).Select(pair => new ScrapedTotal(pair.Key, pair.Value, starts is not null && starts.TryGetValue(pair.Key, out var start) ? start : null))]);
    }
}
