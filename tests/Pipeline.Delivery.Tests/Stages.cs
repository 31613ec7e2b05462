using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Data;
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
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests;

/// <summary>The small model's folder and the real stages over a store of their own.</summary>
internal sealed class Stages : IDisposable
{
    /// <param name="clock">For the log, which stages ask for the time; null for the system's.</param>
    public Stages(TimeProvider? clock = null)
    {
        Fixture = new StageFixture(clock);
        SmallModel.Write(ModelDirectory, SmallModel.Definition);
        Definition = ModelDefinitionReader.Read(ModelDirectory);
    }

    public StageFixture Fixture { get; }

    /// <summary>As <see cref="ModelDelivery"/> takes it where a repository has no sources.</summary>
    public static Digest Code { get; } = Digest.OfText(string.Empty);

    public string ModelDirectory => Path.Combine(Fixture.Root, "models", SmallModel.Name);

    public ModelDefinition Definition { get; }

    public ModelDefinition WithStump => Definition with { Training = Definition.Training with { Trainers = [SmallModel.Stump] } };

    /// <summary>What the gates of this fixture are waived by.</summary>
    public WaiversInForce Waivers { get; set; } = WaiversInForce.None;

    public StageRunner Runner => Fixture.Runner;

    /// <summary>As on a machine whose environment says nothing.</summary>
    public ProvenanceRecorder Provenance => new(Fixture.Root, TimeProvider.System, _ => null);

    public EvaluationReportWriter Reports => new(Fixture.Artifacts, Runner.Store);

    public PromotionLedger Ledger => new(ModelDirectory, Fixture.Artifacts, Runner.Store, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Fixture.Dispose();

    public ModelDefinition WithQuery(string query) => Definition with { Data = Definition.Data with { Query = query } };

    /// <summary>Every file in the store, by path.</summary>
    public IReadOnlyList<string> StoredFiles(string stage)
    {
        var folder = Path.Combine(Fixture.Artifacts, "store", stage);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)] : [];
    }

    public Task<Dataset> PrepareAsync(ModelDefinition? definition = null) => new PrepareDataStage(Runner).RunAsync(definition ?? Definition, Code.ToString(), Token);

    public async Task<CandidateModel> TrainAsync(ModelDefinition? definition = null) =>
        await new TrainStage(Runner, Code).RunAsync(await PrepareAsync(definition), definition ?? Definition, Token);

    public async Task<(Dataset Dataset, CandidateModel Candidate, CandidateEvaluation Evaluation)> EvaluateAsync(ModelDefinition? definition = null)
    {
        var dataset = await PrepareAsync(definition);
        var candidate = await TrainAsync(definition);
        return (dataset, candidate, await new EvaluateStage(Runner, Code).RunAsync(dataset, candidate, definition ?? Definition, Token));
    }

    public async Task<GatePass> GateAsync(ModelDefinition? definition = null, params Champion[] champions)
    {
        var (dataset, candidate, evaluation) = await EvaluateAsync(definition);
        return await new GateStage(Runner, Code, Reports).RunAsync(dataset, candidate, evaluation, definition ?? Definition, champions, Waivers, Token);
    }

    public async Task<JudgedModel> PackageAsync(ModelDefinition? definition = null, params Champion[] champions)
    {
        var (dataset, candidate, evaluation) = await EvaluateAsync(definition);
        var pass = await GateAsync(definition, champions);
        return new JudgedModel(dataset, candidate, evaluation, pass, await new PackageStage(Runner, Code, Provenance).RunAsync(dataset, candidate, evaluation, pass, definition ?? Definition, Token));
    }

    /// <summary>The package of a definition as the champion of a stage.</summary>
    public async Task<Champion> ChampionAsync(ModelDefinition definition, string stage = "dev")
    {
        var model = await PackageAsync(definition);
        return new Champion(stage, model.Stored.Package.Digest, model.Candidate.Digest, model.Stored.Package, null);
    }

    /// <summary>The whole delivery over the same folders, on a machine without Docker.</summary>
    public ModelDelivery NewDelivery(string? stage = null, string? registry = null, CompareOptions? compare = null, WaiveOptions? waive = null, string? signingKey = null, TrackingSettings? tracking = null, string? force = null) =>
        ModelDelivery.Create(new DeliveryOptions(Fixture.Root, SmallModel.Name, stage, registry, null, NoDocker: true) { Compare = compare, Waive = waive, ModelSigningKey = signingKey, Tracking = tracking, Force = force }, Runner.Log);

    /// <summary>The same model and store, as another process finds them that starts when those that made them have ended.</summary>
    public Stages Restarted()
    {
        var copy = new Stages();
        foreach (var path in new[] { "models", "artifacts/store" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Fixture.Root, folder), "*", SearchOption.AllDirectories)))
        {
            var to = Path.Combine(copy.Fixture.Root, Path.GetRelativePath(Fixture.Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to, overwrite: true);
        }

        return copy;
    }

    public EvidenceFiles Evidence => new(Fixture.Artifacts, fetch: null);

    /// <param name="moved">Takes what the registry's tags would be made to point at.</param>
    public PromoteStage NewPromoteStage(List<string> moved) => new(Ledger, Evidence, Runner.Log, Fixture.Root, TagsOf(moved));

    /// <summary>In the place of a registry.</summary>
    public static Func<ResourceDescriptor, string, CancellationToken, Task> TagsOf(List<string> moved) => (image, tag, _) =>
    {
        lock (moved)
        {
            moved.Add($"{tag}: {image.Name}@{image.Sha256()}");
        }

        return Task.CompletedTask;
    };

    /// <summary>Adds a record, with no questions asked.</summary>
    public PromotionRecord Promote(JudgedModel model, string stage, PushedImage? image = null)
    {
        var subjects = new List<ResourceDescriptor> { ResourceDescriptor.Of(SmallModel.Name, model.Stored.Package.Digest) };
        if (image is not null)
        {
            subjects.Add(ResourceDescriptor.Of(image.Reference.ToString(), image.Digest));
        }

        var predicate = new PromotionPredicate(SmallModel.Name, stage, null, 0, null, model.Stored.Package.Version, DateTimeOffset.UnixEpoch, "somebody", null, model.Candidate.Digest.Hex, []);
        return Ledger.Append(predicate, subjects);
    }

    /// <summary>A stand-in for the published service, which takes long and which nothing here runs, under the key of the real one.</summary>
    public async Task<ServiceBinaries> ServiceAsync()
    {
        var key = await new PublishServiceStage(Runner, Fixture.Root).KeyAsync(ModelDelivery.HostRuntimeIdentifier, Token);
        return await Runner.RunAsync<ServiceBinaries>(
            key,
            async (output, token) =>
            {
                Directory.CreateDirectory(Path.Combine(output, "app"));
                await File.WriteAllTextAsync(Path.Combine(output, "app", "inference"), "a program", token);
                ServiceBinaries.Describe(output, ModelDelivery.HostRuntimeIdentifier, Digest.OfText("a program"));
            },
            Token);
    }

    /// <summary>Every stage of the main job up to SmokeTest on a machine without Docker; what the smoke test would say is taken for said.</summary>
    public async Task<(DeliveryPackage Package, GatePass GatePass, SmokePass SmokePass)> RunAsync(ModelDelivery delivery)
    {
        var service = await ServiceAsync();
        var dataset = await delivery.PrepareDataAsync(Token);
        var candidate = await delivery.TrainAsync(dataset, Token);
        var evaluation = await delivery.EvaluateAsync(dataset, candidate, Token);
        var gatePass = await delivery.GateAsync(dataset, candidate, evaluation, Token);
        var package = await delivery.PackageAsync(dataset, candidate, evaluation, gatePass, Token);
        package.Service.Digest.Should().Be(service.Digest);
        package.WhyNoImage.Should().Be("--no-docker was given");
        var evidence = SmokeTestStage.EvidenceOf(package.Package, service, package.WhyNoImage!);
        var champions = Ledger.Current("dev") is { } record ? [new Champion("dev", record.PackageDigest, record.ModelDigest, null, null)] : Array.Empty<Champion>();
        var operations = OperationsInputs.Of(Definition, package.Package.Digest, service, champions);
        return (package, gatePass, await SmokePassAsync(SmokeTestStage.Key(package.Package, evidence, operations), evidence));
    }

    /// <summary>The pass of a smoke test that nobody ran, as the store would restore it.</summary>
    public Task<SmokePass> SmokePassAsync(StageKey key, SmokeEvidence evidence, params Champion[] champions) => Runner.RunAsync<SmokePass>(
        key,
        async (output, token) =>
        {
            var operations = PackageJson.Serialize(OperationsVerdictOf(evidence.PackageDigest, champions));
            await File.WriteAllBytesAsync(Path.Combine(output, OperationsVerdict.File), operations, token);
            var passed = evidence with { Checks = [new SmokeCheck("ready", Passed: true, "200")], OperationsDigest = Digest.Of(operations) };
            await File.WriteAllBytesAsync(Path.Combine(output, SmokeEvidence.File), PackageJson.Serialize(passed), token);
        },
        Token);

    /// <summary>Of a package that nobody measured, and that passed no gate as there is none.</summary>
    private static OperationsVerdict OperationsVerdictOf(Digest package, Champion[] champions) => new(
        OperationsVerdict.CurrentSchemaVersion,
        package,
        Digest.OfText("a program"),
        champions.ToDictionary(champion => champion.Stage, champion => champion.PackageDigest),
        Cores: 2,
        Processes: 3,
        Requests: 1_500,
        new Dictionary<string, MetricEstimate>(),
        new Dictionary<string, IReadOnlyDictionary<string, MetricEstimate>>(),
        []);
}
