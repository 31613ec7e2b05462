using System.Text;
using Pipeline.Tracking.MlflowRest;
using Pipeline.Tracking.Replication;
using Pipeline.Tracking.Tests.MlflowRest;
using Pipeline.Tracking.Tests.Sqlite;

namespace Pipeline.Tracking.Tests.Replication;

public sealed class RunReplicatorTests : IAsyncLifetime
{
    private const string Experiment = "delays";
    private const string Package = "sha256:0123";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<string, string> NoTags = [];

    private readonly SqliteFolder _folder = new();
    private readonly TemporaryDirectory _files = new();
    private RecordedMlflowServer _server = null!;
    private TrackingStore _local = null!;
    private TrackingStore _remote = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunReplicator NewReplicator() => new(_local, _remote);

    public async ValueTask InitializeAsync()
    {
        _server = await RecordedMlflowServer.StartAsync();
        var local = await _folder.OpenAsync();
        _local = new TrackingStore(local, local);
        _remote = Connect();
    }

    public async ValueTask DisposeAsync()
    {
        await _local.DisposeAsync();
        await _remote.DisposeAsync();
        await _server.DisposeAsync();
        _files.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_arrives_with_all_that_belongs_to_it()
    {
        var run = await NewRunAsync("a");

        var id = await NewReplicator().CopyAsync(run, Experiment, Token);

        var there = (await _remote.Runs.FindRunAsync(id, Token))!;
        (there.Name, there.User, there.Status, there.Start, there.End).Should().Be((run.Name, run.User, run.Status, run.Start, run.End));
        there.Parameters.Should().BeEquivalentTo(run.Parameters);
        there.Metrics.Should().BeEquivalentTo(run.Metrics);
        there.Inputs.Should().BeEquivalentTo(run.Inputs);
        there.Tags.Should().Contain(TrackingTags.RunKey, "a").And.Contain("colour", "red");
        (await _remote.Runs.GetHistoryAsync(id, "loss", Token)).Should().Equal(await _local.Runs.GetHistoryAsync(run.Id, "loss", Token)).And.HaveCount(3);
        (await _remote.Runs.ListArtifactsAsync(id, Token)).Should().Equal("report/report.html");
        (await TextAsync(id, "report/report.html")).Should().Be("first");
    }

    [Fact]
    public async Task What_is_of_this_store_alone_stays_here()
    {
        var run = await NewRunAsync("a");
        await NewReplicator().CopyAsync(run, Experiment, Token);
        var again = (await _local.Runs.FindRunAsync(run.Id, Token))!;

        var id = await NewReplicator().CopyAsync(again, Experiment, Token);

        again.Tags.Keys.Should().Contain(name => name.StartsWith(TrackingTags.LocalPrefix, StringComparison.Ordinal));
        (await _remote.Runs.FindRunAsync(id, Token))!.Tags.Keys.Should().NotContain(name => name.StartsWith(TrackingTags.LocalPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twice_the_same_sends_nothing_again()
    {
        var run = await NewRunAsync("a");
        await NewReplicator().CopyAsync(run, Experiment, Token);
        var again = (await _local.Runs.FindRunAsync(run.Id, Token))!;
        var (runs, batches, files) = (_server.RunCount, _server.Count("runs/log-batch"), FileUploads());

        NewReplicator().IsCopied(again.Tags).Should().BeTrue();
        await NewReplicator().CopyAsync(again, Experiment, Token);

        (_server.RunCount, _server.Count("runs/log-batch"), FileUploads()).Should().Be((runs, batches, files));
    }

    [Fact]
    public async Task What_has_changed_since_is_sent()
    {
        var run = await NewRunAsync("a");
        var id = await NewReplicator().CopyAsync(run, Experiment, Token);
        await _local.Runs.LogAsync(run.Id, new RunData { Metrics = [new MetricPoint("loss", 0.25, Start, 4)], Tags = new Dictionary<string, string> { ["colour"] = "green" } }, Token);
        await LogFileAsync(run.Id, "second");

        await NewReplicator().CopyAsync((await _local.Runs.FindRunAsync(run.Id, Token))!, Experiment, Token);

        var there = (await _remote.Runs.FindRunAsync(id, Token))!;
        there.Metrics["loss"].Should().Be(0.25);
        there.Tags["colour"].Should().Be("green");
        (await _remote.Runs.GetHistoryAsync(id, "loss", Token)).Should().HaveCount(4);
        (await TextAsync(id, "report/report.html")).Should().Be("second");
    }

    [Fact]
    public async Task A_run_below_another_is_below_it_there_too()
    {
        var parent = await NewRunAsync("a");
        var child = await NewRunAsync("a.1", parent);

        var id = await NewReplicator().CopyAsync(child, Experiment, Token);

        var there = (await _remote.Runs.FindRunAsync(id, Token))!;
        var above = (await _remote.Runs.FindRunAsync(there.Tags[TrackingTags.ParentRun], Token))!;
        above.Tags[TrackingTags.RunKey].Should().Be("a");
        _server.RunCount.Should().Be(2);
    }

    [Theory]
    [InlineData("runs/create", RecordedFault.AnswerLost, false)]
    [InlineData("runs/create", RecordedFault.Unavailable, true)]
    [InlineData("runs/log-batch", RecordedFault.AnswerLost, true)]
    [InlineData("runs/log-batch", RecordedFault.Unavailable, true)]
    [InlineData("runs/log-inputs", RecordedFault.Unavailable, true)]
    [InlineData("files/", RecordedFault.AnswerLost, true)]
    [InlineData("runs/update", RecordedFault.Unavailable, true)]
    [InlineData("model-versions/create", RecordedFault.AnswerLost, false)]
    [InlineData("model-versions/create", RecordedFault.Unavailable, true)]
    [InlineData("model-versions/set-tag", RecordedFault.Unavailable, true)]
    public async Task Broken_off_anywhere_the_next_try_completes_it_and_adds_nothing_twice(string endpoint, RecordedFault fault, bool isBrokenOff)
    {
        var run = await NewRunAsync("a");
        var version = await NewVersionAsync(run);
        await NewReplicator().CopyAsync(run, Experiment, Token);
        await _remote.Models.EnsureModelAsync("delay", null, NoTags, Token);
        var other = await NewRunAsync("b");
        var second = await NewVersionAsync(other, "sha256:4567");
        // As often as it is tried.
        _server.Fail(endpoint, fault, times: 10);

        var broken = async () =>
        {
            await NewReplicator().CopyAsync(other, Experiment, Token);
            await NewReplicator().CopyAsync(second, "package", Experiment, Token);
            await _remote.Models.UpdateVersionAsync("delay", 1, null, new Dictionary<string, string> { ["a"] = "b" }, Token);
        };
        // What was created is found again at once, though the answer was lost.
        await (isBrokenOff ? broken.Should().ThrowAsync<TrackingException>() : (Task)broken.Should().NotThrowAsync());
        await RecoverAsync();
        await NewReplicator().CopyAsync((await _local.Runs.FindRunAsync(other.Id, Token))!, Experiment, Token);
        await NewReplicator().CopyAsync(version, "package", Experiment, Token);
        await NewReplicator().CopyAsync(second, "package", Experiment, Token);

        _server.RunCount.Should().Be(2);
        var id = (await _remote.Runs.SearchRunsAsync(await _remote.Runs.EnsureExperimentAsync(Experiment, Token), new Dictionary<string, string> { [TrackingTags.RunKey] = "b" }, Token)).Single().Id;
        (await _remote.Runs.GetHistoryAsync(id, "loss", Token)).Should().HaveCount(3);
        (await _remote.Runs.FindRunAsync(id, Token))!.Inputs.Should().ContainSingle();
        (await TextAsync(id, "report/report.html")).Should().Be("first");
        (await _remote.Models.ListVersionsAsync("delay", Token)).Select(there => there.Package).Should().BeEquivalentTo([Package, "sha256:4567"]);
    }

    [Fact]
    public async Task A_version_arrives_with_its_run_description_and_tags_and_its_changes_follow()
    {
        var version = await NewVersionAsync(await NewRunAsync("a"));
        await _remote.Models.EnsureModelAsync("delay", null, NoTags, Token);
        await NewReplicator().CopyAsync(version, "package", Experiment, Token);
        await _local.Models.UpdateVersionAsync("delay", version.Version, "judged anew", new Dictionary<string, string> { ["gate"] = "fail" }, Token);

        await NewReplicator().CopyAsync((await _local.Models.ListVersionsAsync("delay", Token))[0], "package", Experiment, Token);

        var there = (await _remote.Models.ListVersionsAsync("delay", Token)).Should().ContainSingle().Which;
        (there.Package, there.Description, there.Tags["gate"]).Should().Be((Package, "judged anew", "fail"));
        (await _remote.Runs.FindRunAsync(there.RunId!, Token))!.Tags[TrackingTags.RunKey].Should().Be("a");
        NewReplicator().IsCopied((await _local.Models.ListVersionsAsync("delay", Token))[0].Tags).Should().BeTrue();
    }

    [Fact]
    public async Task Where_a_server_takes_no_files_all_the_rest_arrives_and_the_reason_is_told()
    {
        _server.RefusesFiles = true;
        var run = await NewRunAsync("a");
        var replicator = NewReplicator();

        var id = await replicator.CopyAsync(run, Experiment, Token);

        replicator.ArtifactFault.Should().Contain("--serve-artifacts");
        (await _remote.Runs.FindRunAsync(id, Token))!.Metrics.Should().HaveCount(2);
        _server.RefusesFiles = false;
        await NewReplicator().CopyAsync((await _local.Runs.FindRunAsync(run.Id, Token))!, Experiment, Token);
        (await TextAsync(id, "report/report.html")).Should().Be("first", "what was refused once is tried again");
    }

    private TrackingStore Connect()
    {
        var retries = new MlflowRetrySettings { MaximumRetries = 1, Backoff = TimeSpan.FromMilliseconds(1), Jitter = TimeSpan.FromMilliseconds(1) };
#pragma warning disable CA2000 // Passed on to what is returned.
        var store = new MlflowRestStore(MlflowRestSettings.FromEnvironment(_server.Address, _ => null, _files.Path) with { Retries = retries }, TimeProvider.System, 1);
#pragma warning restore CA2000
        return new TrackingStore(store, store);
    }

    // Another build, on a day when the server is well.
    private async Task RecoverAsync()
    {
        await _remote.DisposeAsync();
        _server.Recover();
        _remote = Connect();
    }

    private int FileUploads() => _server.Requests.Count(request => request.Method == "PUT");

    private async Task<TrackedRun> NewRunAsync(string key, TrackedRun? parent = null)
    {
        var experiment = await _local.Runs.EnsureExperimentAsync(Experiment, Token);
        var tags = new Dictionary<string, string> { ["colour"] = "red" };
        if (parent is not null)
        {
            tags[TrackingTags.ParentRun] = parent.Id;
        }

        var run = await _local.Runs.EnsureRunAsync(new NewRun(experiment, key, $"run {key}", Start, "ada", tags), Token);
        await _local.Runs.LogAsync(
            run.Id,
            new RunData
            {
                Parameters = new Dictionary<string, string> { ["trees"] = "100" },
                Metrics = [new MetricPoint("loss", 0.5, Start, 1), new MetricPoint("loss", double.NaN, Start, 2), new MetricPoint("loss", 0.3, Start, 3), new MetricPoint("size", double.PositiveInfinity, Start)],
            },
            Token);
        await _local.Runs.LogInputsAsync(run.Id, [new DatasetInput("rows", "abc", "local", """{"uri":"data.csv"}""", null, """{"num_rows":3}""", "training")], Token);
        await LogFileAsync(run.Id, "first");
        await _local.Runs.SetStatusAsync(run.Id, RunStatus.Finished, Start.AddMinutes(1), Token);
        return (await _local.Runs.FindRunAsync(run.Id, Token))!;
    }

    private async Task<ModelVersion> NewVersionAsync(TrackedRun run, string package = Package)
    {
        await _local.Models.EnsureModelAsync("delay", "late or not", NoTags, Token);
        return await _local.Models.EnsureVersionAsync(new NewModelVersion("delay", package, run.Id, "package", "judged", "ada", new Dictionary<string, string> { ["gate"] = "pass" }), Token);
    }

    private Task LogFileAsync(string runId, string text) => _local.Runs.LogArtifactAsync(runId, "report/report.html", _files.File("report.html", Encoding.UTF8.GetBytes(text)), Token);

    private async Task<string> TextAsync(string runId, string path)
    {
        await using var content = await _remote.Runs.OpenArtifactAsync(runId, path, Token);
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync(Token);
    }
}
