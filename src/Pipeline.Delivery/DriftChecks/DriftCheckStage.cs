using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>package, rows or counters → drift report. Never cached: what is live is read anew each time.</summary>
/// <param name="package">Whose reference is compared with.</param>
/// <param name="reference">The package's profile.</param>
/// <param name="settings">What windows are looked at, and what counts as drift.</param>
/// <param name="log">For its clock.</param>
public sealed class DriftCheckStage(PackagedModel package, ReferenceProfile reference, DriftSettings settings, RunLog log)
{
    public const string Name = "DriftCheck";

    // More windows than this are not read at once only to find earlier seasons among them.
    private const int MostAtOnce = 500;

    /// <param name="source">The current side.</param>
    /// <param name="stage">The stage that runs the package; null if it is in none.</param>
    /// <param name="windowCount">How many windows are read.</param>
    /// <param name="earlier">Windows of earlier checks, oldest first, for a source that knows the last one alone.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="PipelineException">The source cannot be read, or the policy names a feature that the model does not have (exit code 64).</exception>
    public async Task<DriftReport> RunAsync(IDriftSource source, string? stage, int windowCount, IReadOnlyList<WindowReport> earlier, CancellationToken cancellationToken)
    {
        CheckPolicy();
        var count = Math.Max(windowCount, settings.Policy.OfWindows);
        var before = WindowsOfSeasons(count);
        var read = await source.ReadAsync(new WindowPlan(settings.Window, count + before, End: null), cancellationToken);
        var known = before == 0 ? null : read.Where(window => window.Profile.To is not null).ToDictionary(window => window.Profile.To!.Value, window => window.Profile);
        List<SourceWindow> windows = [.. read.TakeLast(count)];
        var reports = earlier.ToList();
        foreach (var window in WithoutLeadingEmpty(windows))
        {
            var (compared, notes) = await ReferenceOfAsync(source, window.Profile, known, cancellationToken);
            reports.Add(Judge(window, compared, notes));
        }

        var (verdict, reason) = DriftJudge.Alarm([.. reports.Select(report => report.Drift)], settings.Policy);
        return new DriftReport(
            DriftReport.CurrentSchemaVersion,
            package.Manifest.Name,
            package.Version,
            package.Digest.ToString(),
            stage,
            source.Description,
            log.Clock.GetUtcNow(),
            settings.Policy,
            verdict,
            reason + ".",
            reports,
            reference.Features.Where(feature => feature.Importance is not null).ToDictionary(feature => feature.Name, feature => feature.Importance!.Value, StringComparer.Ordinal),
            Notes(windows));
    }

    private void CheckPolicy()
    {
        var names = reference.Features.Select(feature => feature.Name).ToList();
        foreach (var feature in settings.Policy.CriticalFeatures.Where(feature => !names.Contains(feature)))
        {
            throw new PipelineException(ExitCode.Usage, $"{ModelDefinition.FileName} drift.critical: {package} has no feature '{feature}'{NearestName.Hint(feature, names)}");
        }
    }

    /// <summary>Windows from before there was anything: not part of the story. At least as many are left as the policy looks at.</summary>
    private IEnumerable<SourceWindow> WithoutLeadingEmpty(List<SourceWindow> windows)
    {
        var empty = windows.TakeWhile(window => window.Profile.Rows == 0).Count();
        return windows.Skip(Math.Min(empty, Math.Max(0, windows.Count - settings.Policy.OfWindows)));
    }

    private WindowReport Judge(SourceWindow window, ReferenceProfile compared, IReadOnlyList<string> notes)
    {
        var drift = DriftJudge.Judge(compared, window.Profile, settings.Policy, window.Samples, compared.Labels?.Test);
        return new WindowReport(drift, window.Coverage, PerformanceOf(window), [.. window.Notes, .. notes]);
    }

    private IReadOnlyList<PerformanceEstimate> PerformanceOf(SourceWindow window)
    {
        if (window.Profile.Predictions is not { } answers)
        {
            return [];
        }

        var labeled = window.Scored?.Where(row => row.Label is not null).ToList() ?? [];
        var bins = reference.Predictions.Bins;
        return package.Manifest.Outputs switch
        {
            // The positive label is the first of the two.
            BinaryOutputs outputs => PerformanceEstimator.Estimate(
                reference.Predictions, answers, outputs.PositiveLabel, labeled.Count == 0 ? null : PredictionOutcomes.Of(bins, labeled.Select(row => (row.Score, row.Answer == 0, row.Label == 0)))),
            MulticlassOutputs => PerformanceEstimator.EstimateAccuracy(reference.Predictions, answers, labeled.Count == 0 ? null : PredictionHits.Of(bins, labeled.Select(row => (row.Score, row.Answer == row.Label)))),
            _ => [],
        };
    }

    private TimeSpan Period => settings.Season == DriftSeason.Daily ? TimeSpan.FromDays(1) : TimeSpan.FromDays(7);

    /// <summary>Windows to read before those that are judged, so that all seasons are found in one pass over the source; 0 if they would be too many, or do not lie on the windows' grid.</summary>
    private int WindowsOfSeasons(int count) =>
        settings.Season != DriftSeason.None && Period.Ticks % settings.Window.Ticks == 0 && count + (DriftSettings.Seasons * (Period / settings.Window)) is var all && all <= MostAtOnce ? (int)all - count : 0;

    private async Task<(ReferenceProfile Reference, IReadOnlyList<string> Notes)> ReferenceOfAsync(
        IDriftSource source, LiveProfile window, Dictionary<DateTimeOffset, LiveProfile>? known, CancellationToken cancellationToken)
    {
        if (settings.Season == DriftSeason.None || window.Rows == 0)
        {
            return (reference, []);
        }

        if (window.To is not { } end)
        {
            return (reference, ["The rows have no time, and therefore no season: compared with the training rows."]);
        }

        var seasons = new List<LiveProfile>();
        for (var earlier = 1; earlier <= DriftSettings.Seasons; earlier++)
        {
            var seasonEnd = end - (earlier * Period);
            if (known is null)
            {
                seasons.AddRange((await source.ReadAsync(new WindowPlan(settings.Window, 1, seasonEnd), cancellationToken)).Select(season => season.Profile));
            }
            else if (known.TryGetValue(seasonEnd, out var season))
            {
                seasons.Add(season);
            }
        }

        var rows = seasons.Sum(season => season.Rows);
        return SeasonalReference.Of(reference, seasons, settings.Policy) is { } seasonal
            ? (seasonal, [string.Create(CultureInfo.InvariantCulture, $"Compared with the {rows} rows of the same hours {DriftSettings.Seasons} times before ({settings.Season.ToString().ToLowerInvariant()}), not with the training rows.")])
            : (reference, [string.Create(CultureInfo.InvariantCulture, $"The same hours before have {rows} rows, which is too few: compared with the training rows.")]);
    }

    private List<string> Notes(List<SourceWindow> windows)
    {
        var notes = new List<string>();
        if (windows.All(window => window.Profile.Predictions is null))
        {
            notes.Add("Not checked: the model's answers, which this source does not tell.");
        }

        if (windows.All(window => window.Profile.Labels is null && window.Profile.Target is null))
        {
            notes.Add("Not checked: labels, which are not known yet. A relation between features and label that changes (concept drift) shows in labels alone.");
        }

        if (package.Manifest.Outputs is RegressionOutputs)
        {
            notes.Add("Not estimated: how the model does without labels. How far off its numbers are does not show in them.");
        }

        if (windows.All(window => window.Samples is null))
        {
            notes.Add("Not given: distances of the values themselves (KS and Wasserstein on raw values); the source has counts, or the training rows are not at hand. Verdicts never need them.");
        }

        return notes;
    }
}
