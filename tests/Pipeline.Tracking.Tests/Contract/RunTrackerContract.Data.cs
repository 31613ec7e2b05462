namespace Pipeline.Tracking.Tests.Contract;

public abstract partial class RunTrackerContract
{
    protected static readonly DatasetInput Training =
        new("payments", "0123456789abcdef", "local", """{"uri": "data/payments.csv"}""", """{"mlflow_colspec": [{"type": "double", "name": "größe", "required": true}]}""", """{"num_rows": 150}""", "training");

    [Fact]
    public async Task Parameters_are_kept_and_may_be_told_again()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var parameters = new Dictionary<string, string> { ["learning rate"] = "0.1", ["tree/depth"] = "5", ["note-1"] = "größer 'a' \"b\"\nzwei 😀", ["länge"] = "3" };

        await tracker.LogAsync(run.Id, new() { Parameters = parameters }, Stop);
        await tracker.LogAsync(run.Id, new() { Parameters = parameters }, Stop);

        (await tracker.FindRunAsync(run.Id, Stop))!.Parameters.Should().BeEquivalentTo(parameters);
    }

    [Fact]
    public async Task A_parameter_does_not_change()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        await tracker.LogAsync(run.Id, new() { Parameters = new Dictionary<string, string> { ["depth"] = "5five" } }, Stop);

        await ShouldBeRefusedAsync(() => tracker.LogAsync(run.Id, new() { Parameters = new Dictionary<string, string> { ["depth"] = "6six" } }, Stop), "*depth*5five*6six*");

        (await tracker.FindRunAsync(run.Id, Stop))!.Parameters["depth"].Should().Be("5five");
    }

    [Fact]
    public async Task Tags_are_added_and_replaced()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await tracker.LogAsync(run.Id, new() { Tags = new Dictionary<string, string> { ["pipeline.gate"] = "failed", ["pipeline.stage"] = "train" } }, Stop);
        await tracker.LogAsync(run.Id, new() { Tags = new Dictionary<string, string> { ["pipeline.gate"] = "passed", [TrackingTags.Note] = "# größer\n\n😀" } }, Stop);

        (await tracker.FindRunAsync(run.Id, Stop))!.Tags.Should().Contain(
            new Dictionary<string, string> { ["pipeline.gate"] = "passed", ["pipeline.stage"] = "train", [TrackingTags.Note] = "# größer\n\n😀", [TrackingTags.RunName] = "train" });
    }

    [Fact]
    public async Task Values_that_are_too_long_are_cut()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var data = new RunData
        {
            Parameters = new Dictionary<string, string> { ["long"] = new('p', TrackingLimits.ParameterValue + 1), ["just"] = new('p', TrackingLimits.ParameterValue) },
            Tags = new Dictionary<string, string> { ["long"] = new('t', TrackingLimits.TagValue + 1), ["just"] = new('t', TrackingLimits.TagValue) },
        };

        await tracker.LogAsync(run.Id, data, Stop);
        await tracker.LogAsync(run.Id, data, Stop);

        var found = (await tracker.FindRunAsync(run.Id, Stop))!;
        found.Parameters.Should().BeEquivalentTo(data.Parameters.ToDictionary(pair => pair.Key, pair => TrackingLimits.Cut(pair.Value, TrackingLimits.ParameterValue)));
        found.Tags.Should().Contain(data.Tags.ToDictionary(pair => pair.Key, pair => TrackingLimits.Cut(pair.Value, TrackingLimits.TagValue)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a<b")]
    [InlineData("../a")]
    [InlineData("a//b")]
    public async Task Names_that_MLflow_does_not_take_are_refused_and_nothing_of_the_call_is_kept(string name)
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var good = new RunData { Parameters = new Dictionary<string, string> { ["good"] = "1" } };

        await ShouldBeRefusedAsync(() => tracker.LogAsync(run.Id, good with { Parameters = new Dictionary<string, string> { ["good"] = "1", [name] = "1" } }, Stop));
        await ShouldBeRefusedAsync(() => tracker.LogAsync(run.Id, good with { Metrics = [new(name, 1, Start)] }, Stop));
        await ShouldBeRefusedAsync(() => tracker.LogAsync(run.Id, good with { Tags = new Dictionary<string, string> { [name] = "1" } }, Stop));

        (await tracker.FindRunAsync(run.Id, Stop))!.Parameters.Should().BeEmpty();
    }

    [Fact]
    public async Task More_than_a_server_takes_at_once_is_kept_whole()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var data = new RunData
        {
            Parameters = Enumerable.Range(0, 205).ToDictionary(i => $"parameter {i}", i => $"{i}"),
            Tags = Enumerable.Range(0, 203).ToDictionary(i => $"tag {i}", i => $"{i}"),
            Metrics = [.. Enumerable.Range(0, 1_001).Select(i => new MetricPoint($"metric/{i}", i / 8.0, Start)), .. Enumerable.Range(0, 1_002).Select(i => new MetricPoint("loss", 1.0 / (i + 1), Start.AddSeconds(i), i))],
        };

        await tracker.LogAsync(run.Id, data, Stop);

        var found = (await tracker.FindRunAsync(run.Id, Stop))!;
        found.Parameters.Should().BeEquivalentTo(data.Parameters);
        found.Tags.Should().Contain(data.Tags);
        found.Metrics.Should().HaveCount(1_002);
        (found.Metrics["metric/1000"], found.Metrics["loss"]).Should().Be((125, 1.0 / 1_002));
        (await tracker.GetHistoryAsync(run.Id, "loss", Stop)).Should().HaveCount(1_002);
    }

    [Fact]
    public async Task Inputs_come_back_once_however_often_they_are_told()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var testing = new DatasetInput("payments", "fedcba9876543210", "http", """{"uri": "https://data/'x'"}""", null, null, "testing");

        await tracker.LogInputsAsync(run.Id, [Training, testing], Stop);
        await tracker.LogInputsAsync(run.Id, [testing, Training], Stop);

        (await tracker.FindRunAsync(run.Id, Stop))!.Inputs.Should().BeEquivalentTo([Training, testing]);
    }

    [Fact]
    public async Task Two_runs_may_read_the_same_data()
    {
        await using var tracker = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        var (one, two) = (await tracker.EnsureRunAsync(Run(experiment), Stop), await tracker.EnsureRunAsync(Run(experiment), Stop));

        await tracker.LogInputsAsync(one.Id, [Training], Stop);
        await tracker.LogInputsAsync(two.Id, [Training with { Context = "validation" }], Stop);

        (await tracker.FindRunAsync(one.Id, Stop))!.Inputs.Should().Equal(Training);
        (await tracker.FindRunAsync(two.Id, Stop))!.Inputs.Should().Equal(Training with { Context = "validation" });
    }

    [Fact]
    public async Task Nothing_told_is_nothing_done()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await tracker.LogAsync(run.Id, new(), Stop);
        await tracker.LogInputsAsync(run.Id, [], Stop);

        (await tracker.FindRunAsync(run.Id, Stop)).Should().BeEquivalentTo(run);
    }
}
