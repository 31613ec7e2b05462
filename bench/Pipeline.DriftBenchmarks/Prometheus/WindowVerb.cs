using System.Globalization;
using Pipeline.Benchmarks;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters.Prometheus;
using Pipeline.Drift.Verdicts;

namespace Pipeline.DriftBenchmarks.Prometheus;

/// <summary>Reads one window of the history, as a drift check does, and prints how long it took; ends with 1 if the counts are not exactly those of the history.</summary>
internal static class WindowVerb
{
    public const string Usage = "prometheus-window URL START_SECONDS FROM_SECOND TO_SECOND RUNS     milliseconds of the first run and the median of the others";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var url, .. var numbers] || numbers.Length != 4)
        {
            throw new ArgumentException("prometheus-window takes an address and four numbers.");
        }

        var values = Array.ConvertAll(numbers, number => long.Parse(number, CultureInfo.InvariantCulture));
        var (start, from, to) = (values[0], (int)values[1], (int)values[2]);
        var source = new PrometheusDriftSource(ServiceHistory.Model, PrometheusAddress.Parse(url, token: null), TimeProvider.System);
        var plan = new WindowPlan(TimeSpan.FromSeconds(to - from), 1, DateTimeOffset.FromUnixTimeSeconds(start + to));
        var times = new List<double>();
        SourceWindow? window = null;
        for (var run = 0; run < values[3]; run++)
        {
            var began = TimeProvider.System.GetTimestamp();
            window = (await source.ReadAsync(plan, CancellationToken.None))[0];
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        Output.Line($"{times[0]:0} {times.Skip(1).Order().ElementAt((times.Count - 1) / 2):0}");
        return IsExact(window!.Profile, from, to) && window.Coverage == 1 ? 0 : 1;
    }

    private static bool IsExact(LiveProfile profile, int from, int to)
    {
        var bins = new long[ServiceHistory.Bins];
        for (var replica = 0; replica < ServiceHistory.Replicas; replica++)
        {
            foreach (var life in ServiceHistory.LivesOf(replica))
            {
                var (end, before) = (LastScrape(replica, Math.Min(to, life.End - 1)), LastScrape(replica, from));
                for (var bin = 0; bin < bins.Length && end > from; bin++)
                {
                    bins[bin] += RowsAt(end) - (before >= life.Start ? RowsAt(before) : 0);

                    long RowsAt(int second) => ServiceHistory.InBin(ServiceHistory.RowsAfter(second - life.Start), bin);
                }
            }
        }

        return profile.Rows == bins.Sum() && profile.Features.Count == ServiceHistory.Features && profile.Features.Values.All(counts => counts.Bins.SequenceEqual(bins)) && profile.Predictions!.Bins.SequenceEqual(bins);
    }

    private static int LastScrape(int replica, int second) => ((second - replica) / ServiceHistory.IntervalSeconds * ServiceHistory.IntervalSeconds) + replica;
}
