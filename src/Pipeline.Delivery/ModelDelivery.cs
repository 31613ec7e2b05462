using System.Runtime.ExceptionServices;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Provenance;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Signing;
using Pipeline.Delivery.Sources;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <summary>The trace of a delivery: what each step takes and what comes out. Read it from top to bottom; the order is that of the build's targets.</summary>
public sealed partial class ModelDelivery
{
    private readonly DeliveryOptions _options;
    private readonly ModelDefinition _definition;
    private readonly RunLog _log;
    private readonly StageRunner _runner;
    private readonly PromotionLedger _ledger;
    private readonly SourceCode _code;
    private readonly IReadOnlyList<Waiver> _waivers;
    private readonly ProvenanceRecorder _provenance;
    private readonly SigningKey? _signingKey;
    private readonly TrackingStores _stores;
    private readonly DeliveryTracking _tracking;
    private (DockerEngine? Engine, string? WhyNone)? _docker;

    // Of this run's dataset, for its reports.
    private IReadOnlyList<DataCheckOutcome> _dataChecks = [];

    private ModelDelivery(DeliveryOptions options, ModelDefinition definition, RunLog log)
    {
        var artifacts = ArtifactsDirectory(options);
        _options = options;
        _definition = definition;
        _log = log;
        _runner = new StageRunner(new RunStore(artifacts, log.Clock), log) { Forced = options.Force is { } stage ? StageGraph.From(stage) : null };
        _ledger = new PromotionLedger(definition.Directory, artifacts, _runner.Store, log.Clock);
        _code = SourceCode.Of(options.RootDirectory, ModelSources, PackagesBesideModels);
        _waivers = WaiverFiles.Read(definition.Directory);
        _provenance = new ProvenanceRecorder(options.RootDirectory, log.Clock, Environment.GetEnvironmentVariable);
        _stores = new TrackingStores(options.Tracking, options.RootDirectory, log, Environment.GetEnvironmentVariable);
        _tracking = new DeliveryTracking(_stores, definition, options.RootDirectory, log, Environment.GetEnvironmentVariable);
        _signingKey = options.ModelSigningKey is { } path ? SigningKey.Load(path, Environment.GetEnvironmentVariable(SigningKey.PassphraseVariable)) : null;
    }

    /// <summary>Reads and checks the model's definition and the options, before anything runs.</summary>
    /// <exception cref="PipelineException">Exit code 64: every fault in model.yaml and the waivers, an unknown model, stage or version, a registry or a signing key that is none.</exception>
    public static ModelDelivery Create(DeliveryOptions options, RunLog log)
    {
        var definition = ModelDefinitionReader.Read(ModelCatalog.Find(options.RootDirectory, options.Model));
        CheckStage(options.Stage, definition);
        CheckRegistry(options.Registry, definition);
        var delivery = new ModelDelivery(options, definition, log);
        if (delivery._runner.Forced is { } forced)
        {
            log.Info($"{forced}: run anew, as far as this run comes to them: {string.Join(", ", forced.Stages)}");
        }

        if (options.Compare is not null)
        {
            _ = delivery.ComparedPackages(new ChampionSource(delivery._ledger, delivery._runner.Store, images: null));
        }

        return delivery;
    }

    /// <summary>data → dataset</summary>
    public async Task<Dataset> PrepareDataAsync(CancellationToken cancellationToken)
    {
        var dataset = await new PrepareDataStage(_runner) { FailingRowsDirectory = Path.Combine(ReportDirectory, "data-checks") }.RunAsync(_definition, _code.Input, cancellationToken);
        CheckWhatComesLater(dataset, cancellationToken);
        _dataChecks = dataset.Summary.Checks;
        return dataset;
    }

    /// <summary>dataset → candidate model</summary>
    public Task<CandidateModel> TrainAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        var stage = new TrainStage(_runner, _code);
        var key = stage.Key(dataset, _definition);
        return _tracking.TrainingAsync(key, !_runner.IsForced(key) && _runner.Store.Find(key, out _) is not null, dataset, () => stage.RunAsync(dataset, _definition, cancellationToken), cancellationToken);
    }

    /// <summary>candidate model → metrics on the test rows</summary>
    public Task<CandidateEvaluation> EvaluateAsync(Dataset dataset, CandidateModel candidate, CancellationToken cancellationToken) =>
        _tracking.EvaluationAsync(() => new EvaluateStage(_runner, _code).RunAsync(dataset, candidate, _definition, cancellationToken), cancellationToken);

    /// <summary>metrics, champions → gate pass</summary>
    public async Task<GatePass> GateAsync(Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, CancellationToken cancellationToken)
    {
        using var scratch = _runner.Store.CreateScratch();
        var champions = await (await ChampionsAsync(cancellationToken)).FindAsync(StagesInReach(), scratch.Path, cancellationToken);
        var stage = new GateStage(_runner, _code, await ReportsAsync(cancellationToken));
        return await _tracking.GateAsync(
            () => stage.RunAsync(dataset, candidate, evaluation, _definition, champions, WaiversFor(candidate.Digest), cancellationToken), ReportDirectory, cancellationToken);
    }

    /// <summary>metrics, champions → the verdict's report</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="evaluation">Its metrics.</param>
    /// <param name="isToOpen">Whether the page is to be shown in the browser.</param>
    /// <param name="cancellationToken">Stops judging.</param>
    /// <exception cref="PipelineException">A gate said no, or there is not enough data; the report is written, and shown, all the same.</exception>
    public async Task ReportAsync(Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, bool isToOpen, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? refusal = null;
        try
        {
            await GateAsync(dataset, candidate, evaluation, cancellationToken);
        }
        catch (PipelineException e) when (e.ExitCode is ExitCode.Refused or ExitCode.NotEnoughData)
        {
            refusal = ExceptionDispatchInfo.Capture(e);
        }

        if (isToOpen)
        {
            OpenPage("Report", Path.Combine(ArtifactsDirectory(_options), "reports", _definition.Name, EvaluationFiles.HtmlName));
        }

        refusal?.Throw();
    }

    /// <summary>gate pass → model package, signed if there is a key, service, bundle, image</summary>
    public async Task<DeliveryPackage> PackageAsync(
        Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, GatePass gatePass, CancellationToken cancellationToken)
    {
        var stored = await new PackageStage(_runner, _code, _provenance).RunAsync(dataset, candidate, evaluation, gatePass, _definition, cancellationToken);
        var signed = _signingKey is null ? null : await new SignStage(_runner, _signingKey).RunAsync(stored.Package, cancellationToken);
        var package = signed?.Package ?? stored.Package;
        var publish = new PublishServiceStage(_runner, _options.RootDirectory);
        var service = await publish.RunAsync(HostRuntimeIdentifier, cancellationToken);
        var bundle = await new BundleStage(_runner).RunAsync(package, service, cancellationToken);
        var (engine, whyNone) = await DockerAsync(cancellationToken);
        var image = engine is null
            ? null
            : await new ContainerImageStage(_runner, engine, _options.RootDirectory).RunAsync(
                package,
                engine.RuntimeIdentifier == HostRuntimeIdentifier ? service : await publish.RunAsync(engine.RuntimeIdentifier, cancellationToken),
                new ImageSettings(_options.BaseImage, (await WorkingCopy.ReadAsync(_options.RootDirectory, cancellationToken)).Commit) { Registry = _options.Registry },
                cancellationToken);
        var delivery = new DeliveryPackage(package, service, bundle, image, whyNone) { SignedProvenancePath = signed?.SignedProvenancePath };
        await _tracking.PackageAsync(delivery, gatePass, cancellationToken);
        return delivery;
    }

    /// <summary>Debian packages → base image</summary>
    /// <exception cref="PipelineException">There is no Docker engine.</exception>
    public async Task BaseImageAsync(CancellationToken cancellationToken)
    {
        var (engine, whyNone) = await DockerAsync(cancellationToken);
        await new BaseImageStage(_runner, engine ?? throw NoEngine("BaseImage", whyNone)).RunAsync(cancellationToken);
    }

    /// <summary>image, or else bundle, champions → smoke pass; the report is written anew, with the operations</summary>
    public async Task<SmokePass> SmokeTestAsync(
        CandidateModel candidate, CandidateEvaluation evaluation, GatePass gatePass, DeliveryPackage delivery, CancellationToken cancellationToken)
    {
        using var scratch = _runner.Store.CreateScratch();
        var (engine, whyNone) = await DockerAsync(cancellationToken);
        var champions = await (await ChampionsAsync(cancellationToken)).FindAsync(StagesInReach(), scratch.Path, cancellationToken);
        var operations = OperationsInputs.Of(_definition, delivery.Package.Digest, delivery.Service, champions) with { Waivers = WaiversFor(candidate.Digest) };
        var reports = await ReportsAsync(cancellationToken);
        var stage = new SmokeTestStage(_runner, verdict => reports.Write(gatePass.Verdict, _definition, candidate, evaluation, verdict));
        var pass = delivery.Image is { } image
            ? await stage.RunAsync(delivery.Package, image, engine!, operations, cancellationToken)
            : await stage.RunAsync(delivery.Package, whyNone!, operations, cancellationToken);
        await _tracking.SmokeTestAsync(pass, ReportDirectory, cancellationToken);
        return pass;
    }

    /// <summary>image, gate pass, smoke pass → image in the registry, with what vouches for it beside it</summary>
    /// <exception cref="PipelineException">No --registry, no Docker engine, or the registry refuses the image or what is attached to it.</exception>
    public async Task<PushedImage> PushAsync(DeliveryPackage delivery, GatePass gatePass, SmokePass smokePass, CancellationToken cancellationToken)
    {
        var registry = _options.Registry ?? throw new PipelineException(ExitCode.Usage, "Push needs a registry: ./build.sh Push --registry HOST:PORT");
        var (engine, whyNone) = await DockerAsync(cancellationToken);
        var pushed = delivery.Image is { } image && engine is not null
            ? await new PushStage(_runner, engine).RunAsync(image, gatePass, smokePass, registry, cancellationToken)
            : throw NoEngine("Push", whyNone);
        await new ImageAttachments(_log).AttachAsync(pushed.Reference, pushed.Digest, ImageAttachments.FilesOf(delivery.Package, delivery.SignedProvenancePath, gatePass, smokePass), cancellationToken);
        await _tracking.PushAsync(pushed, cancellationToken);
        return pushed;
    }

    /// <summary>image or bundle, gate pass, smoke pass → promotion records; where approvals are there, also of the stages that take them</summary>
    /// <exception cref="PipelineException">Exit code 2: --stage named a stage that could not be reached; 1: --registry was given and there is no Docker engine to push.</exception>
    public async Task PromoteAsync(DeliveryPackage delivery, GatePass gatePass, SmokePass smokePass, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task<PushedImage>>? push = _options.Registry is null ? null : token => PushAsync(delivery, gatePass, smokePass, token);
        var stage = new PromoteStage(_ledger, Evidence, _log, _options.RootDirectory, MoveTagAsync) { Policies = await PoliciesAsync(cancellationToken) };
        var outcome = await stage.RunAsync(_definition, delivery, gatePass, smokePass, push, _options.Stage, cancellationToken);
        if (outcome.Waiting is null && _options.Stage is null)
        {
            outcome = await ReleaseOnAsync(outcome, cancellationToken);
        }

        await TrackPromotionAsync(outcome.Reached, cancellationToken);
        Summarize(delivery, outcome);
        if (_options.Registry is { } registry && delivery.Image is null)
        {
            throw NoEngine($"Pushing to {registry}", delivery.WhyNoImage);
        }

        if (_options.Stage is { } goal && outcome.Reached.All(record => record.Statement.Predicate.Stage != goal))
        {
            throw new PipelineException(
                ExitCode.Refused,
                $"{delivery.Package} did not reach {goal}: {outcome.Waiting} waits for {string.Join("; and for ", outcome.WaitsFor)}.");
        }
    }
}
