using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Delivery.DriftChecks.Counters.Prometheus;
using Pipeline.Delivery.DriftChecks.Counters.Services;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Drift;
using Pipeline.Drift.Measures;
using Pipeline.Drift.Statistics;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>Judging what a model is asked.</content>
public sealed partial class ModelDelivery
{
    // Rows of files lie there at no cost: a month of days, or half a year of weeks, tells how drift came about. Counters are asked for what the verdict needs.
    private const int WindowsOfRows = 31;

    /// <summary>rows or counters, the package of a stage → drift report</summary>
    /// <param name="options">Which rows.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PipelineException">Exit code 2: drift; 3: too few rows to say; 1 or 64: the source or the package cannot be read.</exception>
    public async Task DriftCheckAsync(DriftCheckOptions options, CancellationToken cancellationToken)
    {
        using var scratch = _runner.Store.CreateScratch();
        var (package, stage) = await PackageInUseAsync(scratch.Path, cancellationToken);
        var reference = ReadReference(package);
        var settings = _definition.Drift with { Window = options.Window ?? _definition.Drift.Window };
        if (options.Source.Kind == DriftSourceKind.Service && settings.Season != DriftSeason.None)
        {
            throw new PipelineException(ExitCode.Usage, $"drift.season in {ModelDefinition.FileName} needs a source with a past, and the metrics pages of services have none. Give --source prometheus:URL, or remove the season.");
        }

        var source = await SourceAsync(options, package, reference, stage, cancellationToken);
        _log.Info($"{DriftCheckStage.Name}: {package}{(stage is null ? string.Empty : $" in {stage}")} against {source.Description}, windows of {DurationText.Of(settings.Window)}");
        var count = options.Source.Kind is DriftSourceKind.Production or DriftSourceKind.File ? WindowsOfRows : settings.Policy.OfWindows;
        var directory = Path.Combine(ArtifactsDirectory(_options), "reports", _definition.Name, "drift");
        var earlier = options.Source.Kind == DriftSourceKind.Service ? EarlierWindows(Path.Combine(directory, DriftFiles.JsonName), package, source.Description) : [];
        var report = await new DriftCheckStage(package, reference, settings, _log).RunAsync(source, stage, count, earlier, cancellationToken);
        var files = new DriftReportWriter(_runner.Store).Write(report, directory, CommandOf(options, stage));
        source.Acknowledge();
        DriftConsole.Print(_log, report, files);
        if (report.Verdict == DriftVerdict.Drift && options.Retrain)
        {
            await RetrainAsync(package, cancellationToken);
        }

        if (report.Verdict is DriftVerdict.Drift or DriftVerdict.Insufficient)
        {
            throw new PipelineException(
                report.Verdict == DriftVerdict.Drift ? ExitCode.Refused : ExitCode.NotEnoughData,
                $"{DriftCheckStage.Name}: {report.Reason} {Relative(files.Html)} shows it.");
        }
    }

    /// <summary>The package that --stage runs, or that the furthest stage runs which has one; that of this commit where nothing is promoted yet.</summary>
    private async Task<(PackagedModel Package, string? Stage)> PackageInUseAsync(string scratch, CancellationToken cancellationToken)
    {
        var stage = _options.Stage ?? _definition.Stages.Select(candidate => candidate.Name).LastOrDefault(name => _ledger.Current(name) is not null);
        if (stage is null)
        {
            _log.Info($"{DriftCheckStage.Name}: nothing of {_definition.Name} is promoted yet; the model of this commit is compared");
            return ((await PackageOfCommitAsync(cancellationToken)).Package, null);
        }

        var champions = await (await ChampionsAsync(cancellationToken)).FindAsync([stage], scratch, cancellationToken);
        if (champions is not [var champion])
        {
            throw new PipelineException(ExitCode.ToolError, $"{_definition.Name} has nothing in {stage} yet. Run ./build.sh Promote --stage {stage} first, or leave --stage out.");
        }

        if (champion.Package is { } package)
        {
            return (package, stage);
        }

        // Data, definition and code of a commit make one package: in a fresh clone it can be made again, if nothing has changed since.
        _log.Info($"{DriftCheckStage.Name}: the package that {stage} runs is not here; making that of this commit");
        var made = (await PackageOfCommitAsync(cancellationToken)).Package;
        return made.Digest == champion.PackageDigest
            ? (made, stage)
            : throw new PipelineException(ExitCode.ToolError, $"{DriftCheckStage.Name}: {champion.WhyMissing}. This commit makes {made.Digest.Abbreviated}, which is another one.");
    }

    private async Task<StoredPackage> PackageOfCommitAsync(CancellationToken cancellationToken)
    {
        var dataset = await PrepareDataAsync(cancellationToken);
        var candidate = await TrainAsync(dataset, cancellationToken);
        var evaluation = await EvaluateAsync(dataset, candidate, cancellationToken);
        var pass = await GateAsync(dataset, candidate, evaluation, cancellationToken);
        return await new PackageStage(_runner, _code, _provenance).RunAsync(dataset, candidate, evaluation, pass, _definition, cancellationToken);
    }

    /// <summary>The windows of the last checks of the same services and package: their pages have no past, and one window alone makes no alarm.</summary>
    private List<WindowReport> EarlierWindows(string path, PackagedModel package, string source)
    {
        try
        {
            var report = File.Exists(path) ? DriftJson.Deserialize(File.ReadAllBytes(path), path) : null;
            return report is not null && report.PackageDigest == package.Digest.ToString() && report.Source == source ? [.. report.Windows.TakeLast(WindowsOfRows - 1)] : [];
        }
        catch (InvalidDataException e)
        {
            _log.Warn($"{DriftCheckStage.Name}: the windows of earlier checks are not counted in: {e.Message}");
            return [];
        }
    }

    private static ReferenceProfile ReadReference(PackagedModel package)
    {
        try
        {
            return PackageReader.ReadReferenceProfile(package);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{DriftCheckStage.Name}: {e.Message} Package the model again with ./build.sh Promote.", e);
        }
    }

    private async Task<IDriftSource> SourceAsync(DriftCheckOptions options, PackagedModel package, ReferenceProfile reference, string? stage, CancellationToken cancellationToken)
    {
        var counted = CountedModel.Of(package);
        switch (options.Source.Kind)
        {
            case DriftSourceKind.Prometheus:
                return new PrometheusDriftSource(counted, PrometheusAddress.Parse(options.Source.Values[0], Environment.GetEnvironmentVariable(PrometheusAddress.TokenVariable)), _log.Clock);
            case DriftSourceKind.Service:
                var state = Path.Combine(ArtifactsDirectory(_options), "drift", _definition.Name, $"{stage ?? "unpromoted"}.json");
                return new ServiceDriftSource(counted, options.Source.Values, state, Environment.GetEnvironmentVariable(ServiceDriftSource.KeyVariable), _log.Clock);
            case DriftSourceKind.File:
                var (_, stored) = _runner.Plan<Dataset>(PrepareDataStage.Key(_definition, _code.Input));
                if (stored is not null)
                {
                    _runner.Store.Use(stored.Directory);
                }

                return new FileDriftSource(Compared(package, reference, stored), new FileRows(options.Directory, options.Source.Values), _runner.Store);
            default:
                var dataset = await PrepareDataAsync(cancellationToken);
                return new DatasetDriftSource(Compared(package, reference, dataset), dataset);
        }
    }

    /// <summary>With the training rows, if they are those that the package was trained on.</summary>
    private ComparedModel Compared(PackagedModel package, ReferenceProfile reference, Dataset? dataset) => new(package, reference, _definition)
    {
        Training = dataset is not null && dataset.Digest == package.Manifest.DataDigest ? new TrainingSample(dataset, Distance) : null,
    };

    private static SampleDistance Distance(double[] reference, double[] current)
    {
        var distance = KolmogorovSmirnov.Distance(reference, current);
        return new SampleDistance(
            distance, Kolmogorov.StephensPValue(distance, reference.Length, current.Length), WassersteinDistance.Of(reference, current), WassersteinDistance.OverSigma(reference, current));
    }

    private async Task RetrainAsync(PackagedModel deployed, CancellationToken cancellationToken)
    {
        _log.Info($"{DriftCheckStage.Name}: drift was found; training anew on the data as it is now");
        var candidate = await PackageOfCommitAsync(cancellationToken);
        if (candidate.Package.Digest == deployed.Digest)
        {
            _log.Warn($"There is nothing new to learn: data and settings are those that {deployed} was made from. Add the new rows and move the splits in {Relative(Path.Combine(_definition.Directory, ModelDefinition.FileName))}.");
        }
        else
        {
            _log.Info($"{candidate.Package} passed its gates: {Relative(candidate.Package.Directory)}. ./build.sh Promote takes it further.");
        }
    }

    private string CommandOf(DriftCheckOptions options, string? stage)
    {
        var source = options.Source.Kind == DriftSourceKind.Production ? string.Empty : $" --source {options.Source}";
        return $"./build.sh DriftCheck --model {_definition.Name}{(stage is null ? string.Empty : $" --stage {stage}")}{source}{(options.Window is { } window ? $" --window {DurationText.Of(window)}" : string.Empty)}";
    }
}
