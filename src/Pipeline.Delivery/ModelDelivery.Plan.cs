using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Signing;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>What a run would do, without doing it.</content>
public sealed partial class ModelDelivery
{
    /// <summary>Prints for each stage whether it would run or be restored, and which input changed. A stage after one that would run is judged when that one has run. Nothing is run, pulled or pushed.</summary>
    public async Task PlanAsync(CancellationToken cancellationToken)
    {
        var rows = await PlannedAsync(cancellationToken);
        _log.Table(["stage", "would", "why"], rows.Select(row => new[] { row.Stage, row.WillRun ? "run" : "restore", row.Why }));
    }

    private async Task<IReadOnlyList<PlannedStage>> PlannedAsync(CancellationToken cancellationToken)
    {
        var rows = new List<PlannedStage>();
        var package = PlanSigning(rows, PlanPackage(rows, cancellationToken)?.Package);
        await PlanServingAsync(rows, package, cancellationToken);
        return rows;
    }

    private StoredPackage? PlanPackage(List<PlannedStage> rows, CancellationToken cancellationToken)
    {
        var dataset = Next<Dataset>(rows, PrepareDataStage.Key(_definition, _code.Input));
        if (dataset is not null)
        {
            CheckWhatComesLater(dataset, cancellationToken);
        }

        var candidate = dataset is null
            ? Wait<CandidateModel>(rows, TrainStage.Name, PrepareDataStage.Name)
            : Next<CandidateModel>(rows, new TrainStage(_runner, _code).Key(dataset, _definition));
        var evaluation = candidate is null
            ? Wait<CandidateEvaluation>(rows, EvaluateStage.Name, TrainStage.Name)
            : Next<CandidateEvaluation>(rows, new EvaluateStage(_runner, _code).Key(dataset!, candidate, _definition));
        if (evaluation is null)
        {
            _ = Wait<GatePass>(rows, GateStage.Name, EvaluateStage.Name);
            return Wait<StoredPackage>(rows, PackageStage.Name, EvaluateStage.Name);
        }

        var gate = new GateStage(_runner, _code, Reports);
        _ = Next<GatePass>(rows, gate.Key(dataset!, candidate!, evaluation, _definition, ChampionsByName(), WaiversFor(candidate!.Digest)));
        return Next<StoredPackage>(rows, new PackageStage(_runner, _code).Key(dataset!, candidate!, evaluation, _definition));
    }

    /// <summary>The package that is served on: the signed one, if there is a key.</summary>
    private PackagedModel? PlanSigning(List<PlannedStage> rows, PackagedModel? package) =>
        _signingKey is null ? package
        : package is null ? Wait<PackagedModel>(rows, SignStage.Name, PackageStage.Name)
        : Next<SignedPackage>(rows, new SignStage(_runner, _signingKey).Key(package))?.Package;

    private async Task PlanServingAsync(List<PlannedStage> rows, PackagedModel? package, CancellationToken cancellationToken)
    {
        var publish = new PublishServiceStage(_runner, _options.RootDirectory);
        var service = await PlanServiceAsync(rows, publish, HostRuntimeIdentifier, cancellationToken);
        var missing = package is null ? (_signingKey is null ? PackageStage.Name : SignStage.Name) : service is null ? PublishServiceStage.Name : null;
        _ = missing is null ? Next<Bundle>(rows, BundleStage.Key(package!, service!)) : Wait<Bundle>(rows, BundleStage.Name, missing);
        var (engine, whyNone) = await DockerAsync(cancellationToken);
        if (engine is null)
        {
            _ = missing is null
                ? Next<SmokePass>(rows, SmokeTestStage.Key(package!, SmokeTestStage.EvidenceOf(package!, service!, whyNone!), PlannedOperations(package!, service!)))
                : Wait<SmokePass>(rows, SmokeTestStage.Name, missing);
            return;
        }

        var inside = engine.RuntimeIdentifier == HostRuntimeIdentifier
            ? service
            : await PlanServiceAsync(rows, publish, engine.RuntimeIdentifier, cancellationToken);
        var image = package is null || inside is null
            ? Wait<ContainerImage>(rows, ContainerImageStage.Name, missing ?? PublishServiceStage.Name)
            : await PlanImageAsync(rows, new ContainerImageStage(_runner, engine, _options.RootDirectory), package, inside, cancellationToken);
        _ = image is null || service is null
            ? Wait<SmokePass>(rows, SmokeTestStage.Name, image is null ? ContainerImageStage.Name : PublishServiceStage.Name)
            : Next<SmokePass>(rows, SmokeTestStage.Key(package!, SmokeTestStage.EvidenceOf(package!, image), PlannedOperations(package!, service)));
    }

    private OperationsInputs PlannedOperations(PackagedModel package, ServiceBinaries service) => OperationsInputs.Of(_definition, package.Digest, service, ChampionsByName()) with
    {
        Waivers = WaiversFor(package.Manifest.Files.Single(file => file.Path == PackageFiles.Onnx).Sha256),
    };

    private async Task<ServiceBinaries?> PlanServiceAsync(List<PlannedStage> rows, PublishServiceStage publish, string runtimeIdentifier, CancellationToken cancellationToken)
    {
        var compilation = await publish.CompilationAsync(runtimeIdentifier, cancellationToken);
        _log.Info($"{PublishServiceStage.Name} ({runtimeIdentifier}): {compilation.Summary}");
        return Next<ServiceBinaries>(rows, await publish.KeyAsync(runtimeIdentifier, compilation, cancellationToken));
    }

    private async Task<ContainerImage?> PlanImageAsync(
        List<PlannedStage> rows, ContainerImageStage stage, PackagedModel package, ServiceBinaries service, CancellationToken cancellationToken)
    {
        if (await stage.TryKeyAsync(package, service, _options.BaseImage, cancellationToken) is not { } key)
        {
            rows.Add(new PlannedStage(ContainerImageStage.Name, WillRun: true, "its base image is not in the Docker engine yet"));
            return null;
        }

        var image = Next<ContainerImage>(rows, key);
        if (image is not null && !await stage.HasAsync(image, cancellationToken))
        {
            rows[^1] = new PlannedStage(ContainerImageStage.Name, WillRun: true, $"the Docker engine no longer has {image.Tag}");
            return null;
        }

        return image;
    }

    /// <summary>The champions' digests, which is all that a key needs; their files might have to be pulled.</summary>
    private List<Champion> ChampionsByName() =>
        [.. StagesInReach().Select(_ledger.Current).OfType<PromotionRecord>().Select(record => new Champion(record.Statement.Predicate.Stage, record.PackageDigest, record.ModelDigest, null, null))];

    private TArtifact? Next<TArtifact>(List<PlannedStage> rows, StageKey key)
        where TArtifact : class, IArtifact<TArtifact>
    {
        var (plan, artifact) = _runner.Plan<TArtifact>(key);
        rows.Add(plan);
        return artifact;
    }

    private TArtifact? Wait<TArtifact>(List<PlannedStage> rows, string stage, string waitsFor)
        where TArtifact : class
    {
        var isForced = _runner.Forced?.Stages.Contains(stage) == true;
        rows.Add(new PlannedStage(stage, WillRun: true, isForced ? $"{_runner.Forced}" : $"waits for {waitsFor}; restored if that gives what it gave before"));
        return null;
    }
}
