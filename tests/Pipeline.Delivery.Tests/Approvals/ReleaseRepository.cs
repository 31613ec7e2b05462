using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Tracking;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;
using Pipeline.Tracking;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>
/// A git repository with the small model, whose production takes approvals: Dora writes the model and runs the pipeline, Olga keeps the policy, Alice, Bob and Carol may approve. No image and
/// no registry: what those add is tested with a real one.
/// </summary>
internal sealed class ReleaseRepository : IDisposable
{
    public const string Alice = "alice@example.com";
    public const string Bob = "bob@example.com";
    public const string Dora = "dora@example.com";
    public const string Olga = "olga@example.com";

    private static readonly (string Person, string Key)[] People = [(Alice, "alice"), (Bob, "bob"), (Dora, "dora"), (Olga, "olga")];

    private readonly Stages _stages;

    private ReleaseRepository(TrainedStore trained) => _stages = trained.Copy(Clock);

    public SettableClock Clock { get; } = new(new DateTimeOffset(2026, 10, 5, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Where deliveries log to; null for nowhere.</summary>
    public TrackingSettings? Tracking { get; set; }

    public PromotionLedger Ledger => _stages.Ledger;

    public string Root => _stages.Fixture.Root;

    public string ModelDirectory => _stages.ModelDirectory;

    public IReadOnlyList<string> Log => _stages.Fixture.Log;

    public string Printed => _stages.Fixture.Printed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="trained">The trained store.</param>
    /// <param name="production">What production asks, as YAML.</param>
    public static async Task<ReleaseRepository> CreateAsync(TrainedStore trained, string production = "approvals: 1")
    {
        var repository = new ReleaseRepository(trained);
        await repository.SetProductionAsync(production, commitAs: null);
        foreach (var command in new[] { new[] { "init", "--quiet" }, ["config", "commit.gpgsign", "false"] })
        {
            await repository.GitAsync(command);
        }

        await File.WriteAllTextAsync(Path.Combine(repository.Root, ".gitignore"), "artifacts/\nmodels/*/stages/dev/\n", Token);
        await repository.CommitAsync(Dora, "model");
        await repository.SetSignersAsync(string.Concat(await Task.WhenAll(People.Select(person => SshKeys.LineAsync(person.Person, person.Key)))), commitAs: Olga);
        await repository.GitAsync("config", "user.name", "Dora");
        await repository.GitAsync("config", "user.email", Dora);
        return repository;
    }

    public void Dispose()
    {
        foreach (var file in new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // Git's objects are read-only, which Windows takes for a reason not to delete them.
            file.Attributes = FileAttributes.Normal;
        }

        _stages.Dispose();
    }

    /// <summary>Writes what production asks.</summary>
    public async Task SetProductionAsync(string production, string? commitAs, bool stump = false, string description = "Will a bid be won?")
    {
        var text = SmallModel.Definition.Replace("  - { name: staging, image: true }\n  - { name: production, image: true, approvals: 2 }", $"  - {{ name: production, {production} }}", StringComparison.Ordinal);
        text.Should().NotContain("staging");
        text = text.Replace("Will a bid be won?", description, StringComparison.Ordinal);
        if (stump)
        {
            text = text.Replace(text[text.IndexOf("    - { name: lightgbm", StringComparison.Ordinal)..text.IndexOf("gates:", StringComparison.Ordinal)], "    - { name: lightgbm, trees: 1, leaves: 2, learningRate: 0.2, minExamplesPerLeaf: 5 }\n", StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(ModelDirectory, ModelDefinition.FileName), text, Token);
        await CommitAsync(commitAs, "what production asks");
    }

    public async Task SetSignersAsync(string text, string? commitAs)
    {
        await File.WriteAllTextAsync(Path.Combine(ModelDirectory, ApprovalSettings.DefaultSigners), text, Token);
        await CommitAsync(commitAs, "who may approve");
    }

    public async Task CommitAsync(string? person, string message)
    {
        if (person is not null)
        {
            await GitAsync("add", "--all");
            await GitAsync("-c", $"user.name={person.Split('@')[0]}", "-c", $"user.email={person}", "commit", "--quiet", "--no-verify", "--allow-empty", "--message", message);
        }
    }

    public Task<string> GitAsync(params string[] arguments) => CommandLine.RunAsync("git", arguments, Root, Token);

    public ModelDelivery Delivery(string? stage, DecisionOptions? decision = null, string? policyReference = null, string? reviews = null) =>
        ModelDelivery.Create(new DeliveryOptions(Root, SmallModel.Name, stage, null, null, NoDocker: true) { Decision = decision ?? new DecisionOptions(null, Yes: false, null), PolicyReference = policyReference, DeploymentReviews = reviews, Tracking = Tracking }, _stages.Runner.Log);

    /// <summary>Dora runs the pipeline: the candidate reaches dev.</summary>
    public async Task<PromotionRecord> MakeAsync(string? stage = "dev", string? policyReference = null)
    {
        var delivery = Delivery(stage, policyReference: policyReference);
        var (package, gatePass, smokePass) = await _stages.RunAsync(delivery);
        await delivery.PromoteAsync(package, gatePass, smokePass, Token);
        return Ledger.Current("dev")!;
    }

    public async Task DecideAsync(string key, Decision decision = Decision.Approve, string reason = "it is better", string? policyReference = null) =>
        await Delivery("production", new DecisionOptions(reason, Yes: true, await SshKeys.PathAsync(key)), policyReference).DecideAsync(decision, Token);

    public async Task<PromotionRecord> ReleaseAsync(string? policyReference = null, string? reviews = null)
    {
        await Delivery("production", policyReference: policyReference, reviews: reviews).ReleaseAsync(Token);
        return Ledger.Current("production")!;
    }

    public async Task<PromotionRecord> RollBackAsync(string key, string? version = null, string? reason = "it answers nonsense")
    {
        await Delivery("production", new DecisionOptions(reason, Yes: true, await SshKeys.PathAsync(key))).RollbackAsync(version, Token);
        return Ledger.Current("production")!;
    }

    /// <summary>The version that a stage's alias points to in the embedded store.</summary>
    public async Task<ModelVersion?> RegisteredAsync(string stage)
    {
        await using var store = await SqliteTrackingStore.OpenAsync(Root, TimeProvider.System, Token);
        return await store.FindByAliasAsync(SmallModel.Name, stage, Token);
    }

    public Task VerifyAsync() => Delivery(null).VerifyAsync(Token);

    /// <summary>What Verify finds; it must find something.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync()
    {
        var act = VerifyAsync;
        var thrown = (await act.Should().ThrowAsync<PipelineException>()).Which;
        thrown.ExitCode.Should().Be(ExitCode.Refused);
        return [.. thrown.Message.Split('\n').Skip(1).Select(line => line.Trim())];
    }

    /// <summary>A first model in production, made and approved by the rules, all of it committed.</summary>
    public async Task<PromotionRecord> ReleaseFirstAsync(bool stump = false)
    {
        if (stump)
        {
            await SetProductionAsync("approvals: 1", Olga, stump: true);
        }

        await MakeAsync();
        await DecideAsync("alice");
        var record = await ReleaseAsync();
        await CommitAsync(Alice, "first release");
        return record;
    }

    public string RecordPath(string stage, int number) => Path.Combine(ModelDirectory, "stages", stage, FormattableString.Invariant($"{number:0000}.json"));

    /// <summary>Puts a report of a drift check where the last one lies.</summary>
    public void WriteDrift(string package, DriftVerdict verdict)
    {
        var path = Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name, "drift", "drift.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, DriftJson.Serialize(new DriftReport(
            DriftReport.CurrentSchemaVersion, SmallModel.Name, "1", package, "production", "rows", Clock.Now, DriftPolicy.Default, verdict, "as the test says", [], new Dictionary<string, double>(), [])));
    }
}
