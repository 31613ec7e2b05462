using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>logged runs → table of them, or two of them side by side</summary>
/// <param name="log">Where to show.</param>
/// <param name="definition">The model's.</param>
public sealed class RunsStage(RunLog log, ModelDefinition definition)
{
    public const string Name = "Runs";

    private const int Shown = 30;
    private const string ChampionMark = "★";

    /// <exception cref="PipelineException">Exit code 64: no run has that metric, or there is no such run; 1: the store fails.</exception>
    public async Task RunAsync(TrackingStore store, string experiment, RunsOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var id = await store.Runs.EnsureExperimentAsync(experiment, cancellationToken);
            var all = await store.Runs.SearchRunsAsync(id, new Dictionary<string, string> { [TrackingNames.Model] = definition.Name }, cancellationToken);
            var runs = all.Where(run => !run.Tags.ContainsKey(TrackingTags.ParentRun)).ToList();
            var versions = await store.Models.ListVersionsAsync(definition.Name, cancellationToken);
            if (runs.Count == 0)
            {
                log.Info($"{Name}: {store.Address} has no run of {definition.Name} yet: ./build.sh Train --model {definition.Name}");
            }
            else if (options.With is { } with)
            {
                Compare(Find(runs, with), options.And is { } and ? Find(runs, and) : Default(runs, versions, with), versions);
            }
            else
            {
                List(store, Sorted(runs, options.Sort), versions, options.Sort);
            }
        }
        catch (TrackingException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {e.Message}", e);
        }
    }

    private void List(TrackingStore store, List<TrackedRun> runs, IReadOnlyList<ModelVersion> versions, string? sort)
    {
        var metrics = MetricsToShow(runs, sort);
        log.Info($"{Name} of {definition.Name} in {store.Address}, {(sort is null ? "the newest" : $"the best by {sort}")} first; {ChampionMark}: a stage runs what it made");
        log.Table(
            ["run", "started (UTC)", "time", "status", "trainer", .. metrics, "gates", "version", "stages", "commit"],
            runs.Take(Shown).Select(run => Row(run, metrics, versions)));
        if (runs.Count > Shown)
        {
            log.Info($"  {runs.Count - Shown} more");
        }

        if (runs.Count > 1)
        {
            log.Info($"  Two of them side by side: ./build.sh {Name} --with {Short(runs[0])} --and {Short(runs[1])}; sorted: --sort {(metrics.Count > 0 ? metrics[0] : "METRIC")}");
        }
    }

    private static string[] Row(TrackedRun run, List<string> metrics, IReadOnlyList<ModelVersion> versions)
    {
        var stages = StagesOf(run, versions);
        return
        [
            stages.Count > 0 ? $"{ChampionMark} {Short(run)}" : $"  {Short(run)}",
            run.Start.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            run.End is { } end ? Seconds(end - run.Start) : "–",
            StatusOf(run),
            run.Tags.GetValueOrDefault(TrackingNames.Trainer, "–"),
            .. metrics.Select(metric => run.Metrics.TryGetValue(metric, out var value) ? MetricText.Of(value) : "–"),
            run.Tags.GetValueOrDefault(TrackingNames.Gate, "–"),
            run.Tags.GetValueOrDefault(TrackingNames.Version, "–"),
            stages.Count > 0 ? string.Join(", ", stages) : "–",
            run.Tags.GetValueOrDefault(TrackingTags.GitCommit) is { Length: > 7 } commit ? commit[..7] : "–",
        ];
    }

    private void Compare(TrackedRun one, TrackedRun other, IReadOnlyList<ModelVersion> versions)
    {
        log.Info($"{Name}: {Describe(one, versions)}");
        log.Info($"{Name}: {Describe(other, versions)}");
        var parameters = one.Parameters.Keys.Union(other.Parameters.Keys).Order(StringComparer.Ordinal)
            .Select(name => new[] { name, one.Parameters.GetValueOrDefault(name, "–"), other.Parameters.GetValueOrDefault(name, "–") })
            .Where(row => row[1] != row[2])
            .ToList();
        if (parameters.Count > 0)
        {
            log.Table(["parameter", Short(one), Short(other)], parameters);
        }
        else
        {
            log.Info("  Their parameters are the same.");
        }

        var definitions = MetricCatalog.ByName(definition.Task);
        log.Table(
            ["metric", Short(one), Short(other), "difference", "better"],
            one.Metrics.Keys.Union(other.Metrics.Keys).Where(name => !IsBound(name)).Order(StringComparer.Ordinal).Select(name => MetricRow(name, one, other, definitions)));
    }

    private static string[] MetricRow(string name, TrackedRun one, TrackedRun other, IReadOnlyDictionary<string, MetricDefinition> definitions)
    {
        double? left = one.Metrics.TryGetValue(name, out var a) ? a : null;
        double? right = other.Metrics.TryGetValue(name, out var b) ? b : null;
        var difference = left - right;
        var better = difference is null or 0 || DirectionOf(name, definitions) is not { } direction ? "–"
            : difference > 0 == (direction == MetricDirection.HigherIsBetter) ? Short(one) : Short(other);
        return [name, left is null ? "–" : MetricText.Of(left), right is null ? "–" : MetricText.Of(right), difference is { } value ? MetricText.OfDifference(value) : "–", better];
    }

    private List<TrackedRun> Sorted(List<TrackedRun> runs, string? sort)
    {
        if (sort is null)
        {
            return runs;
        }

        var name = ResolveMetric(runs, sort);
        var descending = DirectionOf(name, MetricCatalog.ByName(definition.Task)) != MetricDirection.LowerIsBetter;
        return
        [
            .. runs.OrderBy(run => run.Metrics.ContainsKey(name) ? 0 : 1)
                .ThenBy(run => run.Metrics.TryGetValue(name, out var value) ? (descending ? -value : value) : 0),
        ];
    }

    /// <summary>As it is logged, or without its group: what test rows say comes first.</summary>
    private static string ResolveMetric(List<TrackedRun> runs, string written)
    {
        var known = runs.SelectMany(run => run.Metrics.Keys).Distinct().ToList();
        string[] meant = [written, TrackingNames.TestPrefix + written, TrackingNames.ValidationPrefix + written, TrackingNames.OperationsPrefix + written];
        return meant.FirstOrDefault(known.Contains)
            ?? throw new PipelineException(ExitCode.Usage, $"--sort {written}: no run has such a metric{NearestName.Hint(written, [.. known.Where(name => !IsBound(name)).Select(name => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]).Distinct()])}");
    }

    private static List<string> MetricsToShow(List<TrackedRun> runs, string? sort)
    {
        var known = runs.SelectMany(run => run.Metrics.Keys).ToHashSet();
        string[] usual = [.. MetricText.UsualNames.Select(name => TrackingNames.TestPrefix + name).Where(known.Contains).Take(3)];
        return sort is null ? [.. usual] : [.. usual.Prepend(ResolveMetric(runs, sort)).Distinct()];
    }

    private TrackedRun Default(List<TrackedRun> runs, IReadOnlyList<ModelVersion> versions, string with)
    {
        var others = runs.Where(run => !IsMeant(run, with)).ToList();
        return definition.Stages.Reverse().Select(stage => others.Find(run => StagesOf(run, versions).Contains(stage.Name))).FirstOrDefault(run => run is not null)
            ?? others.FirstOrDefault()
            ?? throw new PipelineException(ExitCode.Usage, $"--with {with}: there is no other run to compare it with.");
    }

    private static TrackedRun Find(List<TrackedRun> runs, string written) => runs.Where(run => IsMeant(run, written)).ToList() switch
    {
        [var run] => run,
        [] => throw new PipelineException(ExitCode.Usage, $"There is no run {written}. ./build.sh {Name} lists them."),
        var several => throw new PipelineException(ExitCode.Usage, $"{written} is the beginning of {several.Count} runs: {string.Join(", ", several.Take(3).Select(run => run.Id))}. Give more of it."),
    };

    private static bool IsMeant(TrackedRun run, string written) =>
        run.Id.StartsWith(written, StringComparison.OrdinalIgnoreCase) || run.Name == written || run.Tags.GetValueOrDefault(TrackingNames.Version) == written;

    private static MetricDirection? DirectionOf(string name, IReadOnlyDictionary<string, MetricDefinition> definitions) =>
        definitions.TryGetValue(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], out var metric) ? metric.Direction
        : name.StartsWith(TrackingNames.OperationsPrefix, StringComparison.Ordinal) ? MetricDirection.LowerIsBetter
        : null;

    // Ends of intervals: no metrics of their own.
    private static bool IsBound(string name) => name.EndsWith(".low", StringComparison.Ordinal) || name.EndsWith(".high", StringComparison.Ordinal);

    private static List<string> StagesOf(TrackedRun run, IReadOnlyList<ModelVersion> versions) =>
        [.. versions.Where(version => version.RunId == run.Id).SelectMany(version => version.Aliases).Order(StringComparer.Ordinal)];

    private static string Describe(TrackedRun run, IReadOnlyList<ModelVersion> versions)
    {
        var stages = StagesOf(run, versions);
        return $"{Short(run)} is {run.Name}, {run.Tags.GetValueOrDefault(TrackingNames.Trainer, "without a model")}, by {run.User} on {run.Start.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC{(stages.Count > 0 ? $", {ChampionMark} {string.Join(", ", stages)}" : string.Empty)}";
    }

    private static string StatusOf(TrackedRun run) =>
        run.Status == RunStatus.Running && RunProcess.IsGone(run.Tags.GetValueOrDefault(TrackingNames.Process)) ? "killed" : run.Status.ToString().ToLowerInvariant();

    private static string Short(TrackedRun run) => run.Id[..8];

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + " s";
}
