using System.Globalization;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>What a reader of a window's counts has to know of how they came about, as sentences.</summary>
internal static class WindowNotes
{
    // More would hide what else there is to say.
    private const int MaxNamed = 5;

    // In scrape intervals: one that failed now and then is no gap.
    private const double GapIntervals = 5;

    public static IReadOnlyList<string> Of((long From, long To) window, string version, IReadOnlyList<CountedReplica> replicas, long lookback)
    {
        var read = replicas.Select(replica => (replica.Key.Name, replica.Version, replica.Timeline, Spans: replica.Timeline.SpansIn(window.From, window.To, lookback))).Where(replica => replica.Spans.Count > 0).ToList();
        var judged = read.Where(replica => replica.Version == version).ToList();
        var notes = new List<string> { judged.Count == 0 ? "No replica of this version was read." : $"{Count(judged.Count, "replica")} read: {Names(judged.Select(replica => replica.Name))}." };
        foreach (var (name, _, timeline, spans) in judged)
        {
            var restarts = spans.Skip(1).Count(span => span.Start is null);
            if (restarts > 0)
            {
                notes.Add($"{name} restarted {(restarts == 1 ? "once" : $"{restarts} times")}; what it counted after the last scrape before is lost{WithinInterval(timeline)}.");
            }

            if (spans[0].IsCutOff)
            {
                notes.Add($"{name} had been running for more than an hour without being read until {Time(spans[0].Start!.Value)}; what it counted before is left out.");
            }

            if (!timeline.TellsStart)
            {
                notes.Add($"{name} does not tell {ServiceMetricNames.ProcessStart}: a restart shows only where a counter fell.");
            }

            notes.AddRange(timeline.GapsIn(window.From, window.To, GapIntervals).Select(gap => gap.To == window.To && spans[^1].End == gap.From
                ? $"{name} was last read at {Time(gap.From)}: if it has ended, what it counted after that is lost."
                : $"{name} was not read from {Time(gap.From)} to {Time(gap.To)}."));
        }

        notes.AddRange(read.Where(replica => replica.Version != version).GroupBy(replica => replica.Version, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(other => string.Create(CultureInfo.InvariantCulture, $"Not counted here: {other.Sum(replica => replica.Timeline.RowsIn(window.From, window.To, lookback)):#,0} rows that version {other.Key} answered at {Count(other.Count(), "replica")}.")));
        return notes;
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(MaxNamed)) + (all.Count > MaxNamed ? $" and {all.Count - MaxNamed} more" : string.Empty);
    }

    private static string WithinInterval(ReplicaTimeline timeline) =>
        timeline.Interval is { } interval ? string.Create(CultureInfo.InvariantCulture, $", at most that of {interval / 1000.0:0.#} s") : string.Empty;

    private static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("u", CultureInfo.InvariantCulture);
}
