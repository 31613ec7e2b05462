using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>
/// The current side of a drift check from the services' counters in Prometheus: exact counts over replicas that came, restarted and went, of one version alone. A window's counts
/// are what the counters stood at in its last scrape less what they stood at in the last scrape before it, so that windows side by side count each row once. Needs nothing of
/// PromQL but range selectors.
/// </summary>
/// <param name="model">The package to be judged.</param>
/// <param name="address">Of Prometheus.</param>
/// <param name="clock">Tells when now is.</param>
public sealed class PrometheusDriftSource(CountedModel model, PrometheusAddress address, TimeProvider clock) : IDriftSource
{
    /// <summary>How long before a window its first scrape is looked for. A process that was not read for longer is counted from its first scrape in the window.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromHours(1);

    private readonly CounterLayout _layout = new(model.Reference);

    public string Description => $"prometheus {address}";

    /// <summary>How long all reading together may take.</summary>
    public TimeSpan PatienceLimit { get; init; } = TimeSpan.FromMinutes(2);

    public async Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(PatienceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var client = new PrometheusClient(address, clock);
            return await ReadAsync(client, WindowsOf(plan), either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PipelineException(ExitCode.ToolError, $"Prometheus at {address} has not answered all within {PatienceLimit.TotalSeconds:0} s. Check its load, or ask for shorter or fewer windows.", e);
        }
    }

    private async Task<List<SourceWindow>> ReadAsync(PrometheusClient client, List<(long From, long To)> windows, CancellationToken cancellationToken)
    {
        var (from, to) = (windows[0].From - Milliseconds(Lookback), windows[^1].To);
        var series = await SeriesAsync(client, from, to, cancellationToken);
        var instances = series.Select(labels => labels.GetValueOrDefault("instance")).Distinct().ToList();
        var replicas = series.Count == 0 ? [] : await new ReplicaHistory(client).ReadAsync(model.Name, instances.Contains(null) ? null : [.. instances.OfType<string>()], from, to, cancellationToken);
        var judged = replicas.Where(replica => replica.Version == model.Version).ToList();
        if (judged.Count == 0)
        {
            throw Nothing(series, from, to);
        }

        var reader = new PrometheusReadings(client, model, _layout);
        var spans = windows.Select(window => SpansOf(judged, window)).ToList();
        var scrapes = spans.SelectMany(all => all).Where(span => span.Replica.Timeline.TellsStart).SelectMany(span => ScrapesOf(span.Replica.Key, span.Span));
        var readings = await reader.AtAsync(scrapes, cancellationToken);
        var result = new List<SourceWindow>();
        foreach (var (window, within) in windows.Zip(spans))
        {
            result.Add(WindowOf(window, await IncreaseOfAsync(reader, readings, within, window, cancellationToken), WindowNotes.Of(window, model.Version, replicas, Milliseconds(Lookback))));
        }

        return result;
    }

    private SourceWindow WindowOf((long From, long To) window, CounterReading increase, IReadOnlyList<string> notes) =>
        new(_layout.ToProfile(increase, Moment(window.From), Moment(window.To)), _layout.CoverageOf(increase), Samples: null, notes);

    private async Task<CounterReading> IncreaseOfAsync(
        PrometheusReadings reader,
        IReadOnlyDictionary<(ReplicaKey Key, long Time), CounterReading> readings,
        IReadOnlyList<(CountedReplica Replica, CounterSpan Span)> spans,
        (long From, long To) window,
        CancellationToken cancellationToken)
    {
        var sum = new CounterReading(new long[_layout.Count]);
        foreach (var lives in spans.GroupBy(span => span.Replica))
        {
            var key = lives.Key.Key;
            var increases = lives.Key.Timeline.TellsStart
                ? lives.Select(life => CounterIncrease.Between(life.Span.Start is { } start ? readings[(key, start)] : null, readings[(key, life.Span.End)])).ToList()
                : [null];

            // A counter that has fallen within one life was made anew by its process. Rare, so that it may cost.
            var exact = increases.Contains(null)
                ? [await reader.OverAsync(key, lives.First().Span.Start, window.From, lives.Last().Span.End, cancellationToken)]
                : increases;
            exact.ForEach(increase => CounterIncrease.Add(sum, increase!));
        }

        return sum;
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> SeriesAsync(PrometheusClient client, long from, long to, CancellationToken cancellationToken)
    {
        var ofModel = $"{{model={PromQl.Quote(model.Name)}}}";
        var series = await client.SeriesAsync([ServiceMetricNames.PredictedLabels + ofModel, ServiceMetricNames.ModelInfo + ofModel], from, to, cancellationToken);
        foreach (var labels in series.Where(labels => labels.GetValueOrDefault("__name__") == ServiceMetricNames.ModelInfo))
        {
            if (model.MisfitOf(labels) is { } misfit)
            {
                throw new PipelineException(ExitCode.ToolError, $"{ReplicaKey.Of(labels).Name} serves {model}, but {misfit}. Judge the package that is served.");
            }
        }

        return series;
    }

    private PipelineException Nothing(IReadOnlyList<IReadOnlyDictionary<string, string>> series, long from, long to)
    {
        var versions = series.Select(labels => labels.GetValueOrDefault("version", string.Empty)).Distinct().Order(StringComparer.Ordinal).ToList();
        var found = versions switch
        {
            [] => $"it has nothing of a model {model.Name}",
            _ when versions.Contains(model.Version) => "it has that version, but no counters of drift: its service's package has no reference profile",
            _ => $"it has the versions {string.Join(", ", versions)} of that model",
        };
        return new PipelineException(
            ExitCode.ToolError,
            $"Prometheus at {address} has no sample of {ServiceMetricNames.PredictedLabels}{{model=\"{model.Name}\",version=\"{model.Version}\"}} between {Moment(from):u} and {Moment(to):u}; {found}. "
            + "Check that this package is served, that Prometheus scrapes its services (up is 1), and that no label of the target hides the service's own (exported_version).");
    }

    private static List<(CountedReplica Replica, CounterSpan Span)> SpansOf(IEnumerable<CountedReplica> replicas, (long From, long To) window) =>
        [.. replicas.SelectMany(replica => replica.Timeline.SpansIn(window.From, window.To, Milliseconds(Lookback)).Select(span => (replica, span)))];

    private static IEnumerable<(ReplicaKey Key, long Time)> ScrapesOf(ReplicaKey key, CounterSpan span) => span.Start is { } start ? [(key, start), (key, span.End)] : [(key, span.End)];

    private List<(long From, long To)> WindowsOf(WindowPlan plan)
    {
        var (end, length) = ((plan.End ?? clock.GetUtcNow()).ToUnixTimeMilliseconds(), Milliseconds(plan.Length));
        return [.. Enumerable.Range(0, plan.Count).Select(i => end - ((plan.Count - i) * length)).Select(from => (from, from + length))];
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
