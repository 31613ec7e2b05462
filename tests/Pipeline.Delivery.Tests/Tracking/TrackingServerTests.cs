using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.Tracking;
using Pipeline.Tracking.Tests.MlflowRest;

namespace Pipeline.Delivery.Tests.Tracking;

public sealed class TrackingServerTests : IAsyncLifetime
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    private readonly TrackedStages _tracked = new();
    private RecordedMlflowServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await RecordedMlflowServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _tracked.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_logged_is_on_the_server_when_the_stage_is_done()
    {
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(_server.Address));

        await using var server = _tracked.NewStores(_server.Address).Connect();
        var there = await TrackedStages.RunsAsync(server);
        there.Should().HaveCount(4);
        var parent = there.Single(run => !run.Tags.ContainsKey(TrackingTags.ParentRun));
        parent.Metrics.Should().ContainKey("test/rocAuc");
        there.Where(run => run.Id != parent.Id).Should().OnlyContain(run => run.Tags[TrackingTags.ParentRun] == parent.Id);
        _tracked.Log.Should().NotContain(line => line.Contains("SyncTracking", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_one_warning_and_SyncTracking_brings_the_run_once()
    {
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(Nowhere));

        _tracked.Log.Where(line => line.Contains("SyncTracking", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("127.0.0.1:9");
        await _tracked.NewSync(_server.Address).RunAsync([], Token);
        var runs = _server.RunCount;
        await _tracked.NewSync(_server.Address).RunAsync([], Token);

        (runs, _server.RunCount).Should().Be((4, 4));
        _tracked.Log.Should().Contain(line => line.StartsWith("SyncTracking: 4 runs and 0 versions of", StringComparison.Ordinal)).And.Contain(line => line.Contains("has every run and version", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_that_hangs_or_asks_for_patience_costs_a_build_less_than_a_minute()
    {
        var retries = new TrackingStores(new TrackingSettings(Nowhere, null), _tracked.Root, _tracked.Stages.Runner.Log, _ => null).ServerSettings(isHurried: true).Retries;

        var pauses = Enumerable.Range(0, retries.MaximumRetries).Sum(retry => Math.Max((retries.Backoff * Math.Pow(2, retry) + retries.Jitter).TotalSeconds, retries.LongestAskedPause.TotalSeconds));
        (((retries.MaximumRetries + 1) * retries.Timeout.TotalSeconds) + pauses).Should().BeLessThan(45);
    }

    [Fact]
    public void What_MLflows_variables_say_counts_for_a_build_too()
    {
        var retries = _tracked.NewStores(Nowhere).ServerSettings(isHurried: true).Retries;

        (retries.MaximumRetries, retries.Timeout.TotalSeconds).Should().Be((0, 10));
    }

    [Fact]
    public async Task The_same_training_elsewhere_is_another_run_and_its_failure_leaves_the_first_as_it_is()
    {
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(_server.Address));
        using var elsewhere = new TrackedStages();
        var dataset = await elsewhere.Stages.PrepareAsync();

        var train = () => elsewhere.TrainAsync(elsewhere.NewTracking(_server.Address), dataset, () => Task.FromException<CandidateModel>(new PipelineException(ExitCode.ToolError, "the disk is full")));
        await train.Should().ThrowAsync<PipelineException>();

        await using var server = _tracked.NewStores(_server.Address).Connect();
        var there = await TrackedStages.RunsAsync(server);
        there.Should().HaveCount(5).And.ContainSingle(run => run.Status == RunStatus.Failed, "a server is told of failures, too")
            .Which.Tags.Should().Contain("pipeline.error", "the disk is full");
        there.Where(run => run.Status == RunStatus.Finished).Should().HaveCount(4).And.OnlyContain(run => !run.Tags.ContainsKey("pipeline.error"));
    }

    [Fact]
    public async Task What_jobs_of_CI_restore_is_one_run_for_all_of_them()
    {
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(_server.Address, job: "1"));
        foreach (var job in new[] { "2", "3" })
        {
            // The store came with the cache, the database did not.
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            foreach (var file in Directory.GetFiles(_tracked.Root, "mlflow.db*"))
            {
                File.Delete(file);
            }

            await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(_server.Address, job));
        }

        await using var server = _tracked.NewStores(_server.Address).Connect();
        (await TrackedStages.RunsAsync(server)).Where(run => !run.Tags.ContainsKey(TrackingTags.ParentRun)).Should().HaveCount(2, "one was trained, and one was restored, twice");
    }

    [Fact]
    public async Task A_server_that_fails_halfway_gets_the_rest_later()
    {
        _server.Fail("runs/log-batch", RecordedFault.Unavailable, times: 100);
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking(_server.Address));
        _server.Recover();

        await _tracked.NewSync(_server.Address).RunAsync([], Token);

        await using var server = _tracked.NewStores(_server.Address).Connect();
        var there = await TrackedStages.RunsAsync(server);
        there.Should().HaveCount(4).And.OnlyContain(run => run.Status == RunStatus.Finished && run.Metrics.Count > 0);
    }

    [Fact]
    public async Task SyncTracking_says_what_is_wrong_and_keeps_the_runs()
    {
        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking());

        var unreachable = () => _tracked.NewSync(Nowhere).RunAsync([], Token);
        var nowhere = () => _tracked.NewSync(null).RunAsync([], Token);

        (await unreachable.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.ToolError);
        (await nowhere.Should().ThrowAsync<PipelineException>().WithMessage("*MLFLOW_TRACKING_URI*")).Which.ExitCode.Should().Be(ExitCode.Usage);
        (await _tracked.RunsAsync()).Should().HaveCount(4);
    }

    [Fact]
    public async Task Aliases_follow_records_and_leave_what_was_promoted_later_elsewhere()
    {
        await using var server = _tracked.NewStores(_server.Address).Connect();
        var (older, newer) = (Digest.OfText("older"), Digest.OfText("newer"));
        await RegisterAsync(server, older, newer);
        var log = _tracked.Stages.Runner.Log;
        var day = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        await StageAliases.MoveAsync(server, SmallModel.Name, [new StageAlias("production", newer, day.AddDays(1), 2, ["ada@example.com"])], log, isShared: true, Token);
        await StageAliases.MoveAsync(server, SmallModel.Name, [new StageAlias("production", older, day, 1, [])], log, isShared: true, Token);

        var holder = await server.Models.FindByAliasAsync(SmallModel.Name, "production", Token);
        holder!.Package.Should().Be(newer.ToString());
        holder.Tags.Should().Contain("pipeline.approvers.production", "ada@example.com").And.Contain("pipeline.record.production", "0002");
        _tracked.Log.Should().Contain(line => line.Contains("stays at version 2", StringComparison.Ordinal));

        await StageAliases.MoveAsync(server, SmallModel.Name, [new StageAlias("production", older, day.AddDays(2), 3, [])], log, isShared: true, Token);
        (await server.Models.FindByAliasAsync(SmallModel.Name, "production", Token))!.Package.Should().Be(older.ToString(), "that was a rollback");
    }

    [Fact]
    public async Task An_alias_of_a_package_that_the_registry_has_not_stays_and_names_that_MLflow_keeps_are_left()
    {
        await using var server = _tracked.NewStores(_server.Address).Connect();
        var known = Digest.OfText("known");
        await RegisterAsync(server, known);

        await StageAliases.MoveAsync(
            server,
            SmallModel.Name,
            [new StageAlias("production", Digest.OfText("unknown"), DateTimeOffset.UnixEpoch, 1, []), new StageAlias("latest", known, DateTimeOffset.UnixEpoch, 1, [])],
            _tracked.Stages.Runner.Log,
            isShared: true,
            Token);

        (await server.Models.ListVersionsAsync(SmallModel.Name, Token)).Should().ContainSingle().Which.Aliases.Should().BeEmpty();
        _tracked.Log.Should().Contain(line => line.Contains("has no version", StringComparison.Ordinal)).And.Contain(line => line.Contains("'latest' cannot be an alias", StringComparison.Ordinal));
    }

    private static async Task RegisterAsync(TrackingStore store, params Digest[] packages)
    {
        await store.Models.EnsureModelAsync(SmallModel.Name, null, new Dictionary<string, string>(), Token);
        var experiment = await store.Runs.EnsureExperimentAsync(SmallModel.Name, Token);
        foreach (var package in packages)
        {
            var run = await store.Runs.EnsureRunAsync(new NewRun(experiment, package.Hex, "a run", DateTimeOffset.UnixEpoch, "ada", new Dictionary<string, string>()), Token);
            await store.Models.EnsureVersionAsync(new NewModelVersion(SmallModel.Name, package.ToString(), run.Id, "package", null, "ada", new Dictionary<string, string>()), Token);
        }
    }
}
