using System.Runtime.InteropServices;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Reports;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>What the steps share: where things lie, which stages are in reach, whether there is a Docker engine, and the summary at the end.</content>
public sealed partial class ModelDelivery
{
    // What decides the bytes of a model package. Images, smoke tests and promotion come after it and are not among them.
    internal static IReadOnlyList<string> ModelSources { get; } =
    [
        "src/Pipeline.Delivery/Data",
        "src/Pipeline.Delivery/Definition",
        "src/Pipeline.Delivery/Evaluation",
        "src/Pipeline.Delivery/Gates",
        "src/Pipeline.Delivery/Packaging",
        "src/Pipeline.Delivery/Training",
        "src/Pipeline.Drift",
        "src/Pipeline.Metrics",
        "src/Pipeline.ModelPackage",
        "src/Pipeline.OnnxExport",
    ];

    // Packages of these projects, and pins of what they bring along, that decide no bytes of a model package: they sign, ask Docker, or reckon with calendars.
    internal static IReadOnlyList<string> PackagesBesideModels { get; } = ["BouncyCastle.Cryptography", "Docker.DotNet.Enhanced", "Ical.Net", "NodaTime"];

    internal static string HostRuntimeIdentifier
    {
        get
        {
            var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
            return OperatingSystem.IsWindows() ? $"win-{architecture}" : OperatingSystem.IsMacOS() ? $"osx-{architecture}" : $"linux-{architecture}";
        }
    }

    private EvaluationReportWriter Reports => new(ArtifactsDirectory(_options), _runner.Store) { DataChecks = _dataChecks };

    private async Task<EvaluationReportWriter> ReportsAsync(CancellationToken cancellationToken) =>
        new(ArtifactsDirectory(_options), _runner.Store) { DataChecks = _dataChecks, Commit = (await WorkingCopy.ReadAsync(_options.RootDirectory, cancellationToken)).Commit };

    private static string ArtifactsDirectory(DeliveryOptions options) => Path.Combine(options.RootDirectory, "artifacts");

    private static PipelineException NoEngine(string target, string? whyNone) =>
        new(ExitCode.ToolError, $"{target} needs a Docker engine: {whyNone}. Start one, or set DOCKER_HOST.");

    private static void CheckStage(string? stage, ModelDefinition definition)
    {
        if (stage is not null && definition.Stages.All(s => s.Name != stage))
        {
            var names = definition.Stages.Select(s => s.Name).ToList();
            throw new PipelineException(ExitCode.Usage, $"--stage {stage}: {definition.Name} has no such stage{NearestName.Hint(stage, names)}");
        }
    }

    private static void CheckRegistry(string? registry, ModelDefinition definition)
    {
        if (registry is not null)
        {
            _ = ImageReference.Create(registry, definition.Name);
        }
    }

    /// <summary>Packaging needs golden requests, and Evaluate slices; a fault in them is better told before training than after.</summary>
    private void CheckWhatComesLater(Dataset dataset, CancellationToken cancellationToken)
    {
        _ = GoldenRequests.Read(_definition.GoldenRequestsPath, dataset.Schema, _definition.Data.Attributes);
        new SliceReader(dataset, _definition).Check(cancellationToken);
    }

    /// <summary>
    /// The stages whose champions the candidate must be compared with: those that this run may promote to, and the one after them if it takes approvals, as what is approved there
    /// rests on this run's verdict.
    /// </summary>
    private IEnumerable<string> StagesInReach()
    {
        foreach (var stage in _definition.Stages)
        {
            if (stage.Approvals is not null || (_options.Stage is null && stage.Image && _options.Registry is null))
            {
                if (stage.Approvals is not null)
                {
                    yield return stage.Name;
                }

                yield break;
            }

            yield return stage.Name;
            if (stage.Name == _options.Stage && _definition.Stages.SkipWhile(other => other.Name != stage.Name).Skip(1).FirstOrDefault()?.Approvals is null)
            {
                yield break;
            }
        }
    }

    private async Task<(DockerEngine? Engine, string? WhyNone)> DockerAsync(CancellationToken cancellationToken)
    {
        _docker ??= _options.NoDocker ? (null, "--no-docker was given") : await DockerEngine.TryConnectAsync(cancellationToken);
        return _docker.Value;
    }

    private async Task<ChampionSource> ChampionsAsync(CancellationToken cancellationToken)
    {
        var (engine, _) = await DockerAsync(cancellationToken);
        return new ChampionSource(_ledger, _runner.Store, engine is null ? null : new ImagePackageExtractor(engine, _log));
    }

    private void OpenPage(string target, string page)
    {
        if (PageOpener.WhyNotOpened(page) is { } reason)
        {
            _log.Warn($"{target}: the browser cannot be started ({reason}); open {page}");
        }
    }

    private void Summarize(DeliveryPackage delivery, PromotionOutcome outcome)
    {
        _log.Info($"{delivery.Package}:");
        _log.Fields(
        [
            ("package", $"{Relative(delivery.Package.Directory)} ({delivery.Package.Digest})"),
            ("ONNX file", Relative(delivery.Package.OnnxPath)),
            ("bundle", Relative(delivery.Bundle.Path)),
            ("image", delivery.Image is { } image ? $"{image.Tag} ({image.ImageId})" : $"none: {delivery.WhyNoImage}"),
            ("report", Relative(Path.Combine(ArtifactsDirectory(_options), "reports", _definition.Name, "report.html"))),
            .. outcome.Reached.Select(record => (record.Statement.Predicate.Stage, Relative(record.Path))),
        ]);
        if (outcome.Reached.Any(record => _definition.Stages[0].Name != record.Statement.Predicate.Stage))
        {
            TellToCommit(outcome.Reached.Skip(1).Select(record => record.Statement.Predicate.Stage));
        }

        if (outcome.Waiting is not null)
        {
            _log.Info($"{outcome.Waiting} waits for {string.Join("; and for ", outcome.WaitsFor)}");
        }
    }

    private string Relative(string path) => Path.GetRelativePath(_options.RootDirectory, path);
}
