using Pipeline.Delivery.Tracking;
using Pipeline.Engine;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tests.Tracking;

public sealed class RunsStageTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TrackedStages _tracked = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tracked.Dispose();

    [Fact]
    public async Task Without_runs_it_says_how_to_make_one()
    {
        await ShowAsync();

        _tracked.Log[^1].Should().Contain("has no run of bids yet").And.Contain("./build.sh Train");
    }

    [Fact]
    public async Task The_newest_comes_first_with_its_metrics_and_the_champion_is_marked()
    {
        await AddAsync("a", Day, rocAuc: 0.7, logLoss: 0.5);
        var champion = await AddAsync("b", Day.AddHours(1), rocAuc: 0.8, logLoss: 0.4, stage: "production");
        await AddAsync("c", Day.AddHours(2), rocAuc: 0.75, logLoss: 0.3);

        await ShowAsync();

        var table = _tracked.Stages.Fixture.LastTable();
        table.Select(row => row[5]).Should().Equal("0.7500", "0.8000", "0.7000");
        table[1][0].Should().Be($"★ {champion.Id[..8]}");
        table[1].Should().Contain("production").And.Contain("finished").And.Contain("60.0 s");
        table[0][0].Should().NotContain("★");
    }

    [Fact]
    public async Task Of_one_run_no_comparison_with_itself_is_offered()
    {
        await AddAsync("a", Day, rocAuc: 0.7, logLoss: 0.5);

        await ShowAsync();

        _tracked.Log.Should().NotContain(line => line.Contains("--and", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rocAuc", "0.8000", "0.7500", "0.7000")]
    [InlineData("test/rocAuc", "0.8000", "0.7500", "0.7000")]
    public async Task Sorted_the_best_comes_first_and_runs_without_the_metric_last(string sort, params string[] expected)
    {
        await AddAsync("a", Day, 0.7, 0.5);
        await AddAsync("b", Day.AddHours(1), 0.8, 0.4);
        await AddAsync("c", Day.AddHours(2), 0.75, 0.3);
        await AddAsync("d", Day.AddHours(3), null, null);

        await ShowAsync(sort: sort);

        _tracked.Stages.Fixture.LastTable().Select(row => row[5]).Should().Equal([.. expected, "–"]);
    }

    [Fact]
    public async Task Of_a_loss_the_least_is_best()
    {
        await AddAsync("a", Day, 0.7, 0.3);
        await AddAsync("b", Day.AddHours(1), 0.8, 0.4);

        await ShowAsync(sort: "logLoss");

        _tracked.Stages.Fixture.LastTable().Select(row => row[5]).Should().Equal("0.3000", "0.4000");
    }

    [Fact]
    public async Task Two_runs_are_compared_with_what_differs_and_who_is_better()
    {
        var one = await AddAsync("a", Day, 0.7, 0.5, trees: "10");
        var other = await AddAsync("b", Day.AddHours(1), 0.8, 0.6, trees: "20");

        await ShowAsync(with: one.Id[..10], and: other.Id);

        _tracked.Stages.Fixture.Printed.Should().Contain("trees").And.NotContain("seed", "that is the same");
        var rows = _tracked.Stages.Fixture.LastTable().ToDictionary(row => row[0]);
        rows["test/rocAuc"][3..].Should().Equal("-0.1000", other.Id[..8]);
        rows["test/logLoss"][3..].Should().Equal("-0.1000", one.Id[..8]);
    }

    [Fact]
    public async Task Without_another_one_it_is_compared_with_what_the_last_stage_runs()
    {
        await AddAsync("a", Day, 0.7, 0.5, stage: "production");
        await AddAsync("b", Day.AddHours(1), 0.75, 0.5, stage: "dev");
        var candidate = await AddAsync("c", Day.AddHours(2), 0.8, 0.6);

        await ShowAsync(with: candidate.Id);

        _tracked.Log.Should().Contain(line => line.Contains("★ production", StringComparison.Ordinal)).And.NotContain(line => line.Contains("★ dev", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_metric_or_run_is_wrong_usage_that_names_what_is_there()
    {
        await AddAsync("a", Day, 0.7, 0.5);

        var metric = () => ShowAsync(sort: "rocAcu");
        var run = () => ShowAsync(with: "nothing");

        (await metric.Should().ThrowAsync<PipelineException>().WithMessage("*did you mean 'rocAuc'?*")).Which.ExitCode.Should().Be(ExitCode.Usage);
        (await run.Should().ThrowAsync<PipelineException>().WithMessage("*no run nothing*")).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_is_shown_as_killed()
    {
        await _tracked.LookAsync(async store => await store.Runs.EnsureRunAsync(
            new NewRun(await store.Runs.EnsureExperimentAsync(SmallModel.Name, Token), "a", "a", Day, "ada", new Dictionary<string, string> { ["pipeline.model"] = SmallModel.Name, ["pipeline.process"] = $"{Environment.MachineName} {Environment.ProcessId} 1" }), Token));

        await ShowAsync();

        _tracked.Stages.Fixture.LastTable()[0].Should().Contain("killed");
    }

    private Task<bool> ShowAsync(string? sort = null, string? with = null, string? and = null) => _tracked.LookAsync(async store =>
    {
        await new RunsStage(_tracked.Stages.Runner.Log, _tracked.Stages.Definition).RunAsync(store, SmallModel.Name, new RunsOptions(sort, with, and), Token);
        return true;
    });

    private Task<TrackedRun> AddAsync(string key, DateTimeOffset start, double? rocAuc, double? logLoss, string? stage = null, string trees = "10") => _tracked.LookAsync(async store =>
    {
        var experiment = await store.Runs.EnsureExperimentAsync(SmallModel.Name, Token);
        var run = await store.Runs.EnsureRunAsync(new NewRun(experiment, key, key, start, "ada", new Dictionary<string, string> { ["pipeline.model"] = SmallModel.Name }), Token);
        var metrics = new List<MetricPoint>();
        if (rocAuc is { } area && logLoss is { } loss)
        {
            metrics = [new MetricPoint("test/rocAuc", area, start), new MetricPoint("test/logLoss", loss, start), new MetricPoint("test/rocAuc.low", area - 0.1, start)];
        }

        await store.Runs.LogAsync(run.Id, new RunData { Parameters = new Dictionary<string, string> { ["trees"] = trees, ["seed"] = "1" }, Metrics = metrics }, Token);
        await store.Runs.SetStatusAsync(run.Id, RunStatus.Finished, start.AddMinutes(1), Token);
        if (stage is not null)
        {
            await store.Models.EnsureModelAsync(SmallModel.Name, null, new Dictionary<string, string>(), Token);
            var version = await store.Models.EnsureVersionAsync(new NewModelVersion(SmallModel.Name, key, run.Id, "package", null, "ada", new Dictionary<string, string>()), Token);
            await store.Models.SetAliasAsync(SmallModel.Name, stage, version.Version, Token);
        }

        return (await store.Runs.FindRunAsync(run.Id, Token))!;
    });
}
