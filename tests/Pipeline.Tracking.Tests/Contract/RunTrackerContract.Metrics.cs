namespace Pipeline.Tracking.Tests.Contract;

public abstract partial class RunTrackerContract
{
    private static readonly double[] Bounds = [double.PositiveInfinity, double.MaxValue];

    [Fact]
    public async Task Points_of_a_metric_come_back_by_step_and_time()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        MetricPoint[] points = [new("loss", 0.25, Start.AddSeconds(2), 2), new("loss", 0.5, Start.AddSeconds(1), 1), new("loss", 1, Start, -3), new("loss", 0.75, Start.AddSeconds(1), 2), new("auc", 0.9, Start)];

        await tracker.LogAsync(run.Id, new() { Metrics = points }, Stop);

        (await tracker.GetHistoryAsync(run.Id, "loss", Stop)).Should().Equal(points[2], points[1], points[3], points[0]);
        (await tracker.GetHistoryAsync(run.Id, "auc", Stop)).Should().Equal(points[4]);
        (await tracker.GetHistoryAsync(run.Id, "nothing", Stop)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.0)]
    [InlineData(1e-300)]
    [InlineData(1.7976931348623157E308)]
    [InlineData(5e-324)]
    [InlineData(double.NaN)]
    [InlineData(12345678901234567890.0)]
    [InlineData(0.30000000000000004)]
    public async Task A_value_comes_back_to_the_last_bit(double value)
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await tracker.LogAsync(run.Id, new() { Metrics = [new("value", value, Start)] }, Stop);

        (await tracker.FindRunAsync(run.Id, Stop))!.Metrics["value"].Should().Be(value);
        (await tracker.GetHistoryAsync(run.Id, "value", Stop)).Should().ContainSingle().Which.Should().Be(new MetricPoint("value", value, Start));
    }

    [Fact]
    public async Task Infinity_comes_back_as_such_or_as_the_greatest_number()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var data = new RunData { Metrics = [new("up", double.PositiveInfinity, Start), new("down", double.NegativeInfinity, Start)] };

        await tracker.LogAsync(run.Id, data, Stop);
        await tracker.LogAsync(run.Id, data, Stop);

        var found = (await tracker.FindRunAsync(run.Id, Stop))!;
        found.Metrics["up"].Should().BeOneOf(Bounds);
        (-found.Metrics["down"]).Should().BeOneOf(Bounds);
        (await tracker.GetHistoryAsync(run.Id, "up", Stop)).Should().ContainSingle();
    }

    [Fact]
    public async Task The_same_points_again_add_nothing()
    {
        await using var tracker = await OpenAsync();
        await using var other = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var data = new RunData { Metrics = [new("loss", 0.5, Start), new("loss", 0.25, Start, 1), new("nan", double.NaN, Start), new("nan", double.NaN, Start, 1)] };

        await tracker.LogAsync(run.Id, data, Stop);
        await tracker.LogAsync(run.Id, data, Stop);
        await other.LogAsync(run.Id, data with { Metrics = [.. data.Metrics, .. data.Metrics, new("loss", 0.125, Start, 2)] }, Stop);

        (await tracker.GetHistoryAsync(run.Id, "loss", Stop)).Select(point => point.Value).Should().Equal(0.5, 0.25, 0.125);
        (await tracker.GetHistoryAsync(run.Id, "nan", Stop)).Select(point => point.Value).Should().Equal(double.NaN, double.NaN);
    }

    [Fact]
    public async Task The_last_value_is_that_of_the_greatest_step_then_time_then_value_whatever_came_last()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        await tracker.LogAsync(run.Id, new() { Metrics = [new("step", 0.9, Start, 7), new("step", 0.8, Start.AddHours(1), 6), new("time", 0.7, Start.AddSeconds(1)), new("time", 0.75, Start), new("value", 0.5, Start)] }, Stop);

        await tracker.LogAsync(run.Id, new() { Metrics = [new("step", 0.1, Start.AddDays(1), 3), new("time", 0.1, Start), new("value", 0.6, Start), new("value", 0.4, Start), new("below", 3, Start, -1), new("below", 2, Start, -2)] }, Stop);

        (await tracker.FindRunAsync(run.Id, Stop))!.Metrics.Should().BeEquivalentTo(new Dictionary<string, double> { ["step"] = 0.9, ["time"] = 0.7, ["value"] = 0.6, ["below"] = 3 });
    }

    [Fact]
    public async Task A_later_step_replaces_the_last_value_also_by_NaN_and_back()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await tracker.LogAsync(run.Id, new() { Metrics = [new("loss", 0.5, Start, 1)] }, Stop);
        await tracker.LogAsync(run.Id, new() { Metrics = [new("loss", double.NaN, Start, 2)] }, Stop);
        var nan = (await tracker.FindRunAsync(run.Id, Stop))!.Metrics["loss"];
        await tracker.LogAsync(run.Id, new() { Metrics = [new("loss", 0.25, Start, 3)] }, Stop);

        nan.Should().Be(double.NaN);
        (await tracker.FindRunAsync(run.Id, Stop))!.Metrics["loss"].Should().Be(0.25);
    }

    [Fact]
    public async Task Times_are_kept_to_the_millisecond_in_any_zone()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        var time = new DateTimeOffset(2026, 3, 1, 9, 30, 0, 123, TimeSpan.FromHours(5.5));

        await tracker.LogAsync(run.Id, new() { Metrics = [new("loss", 0.5, time.AddTicks(4_567))] }, Stop);

        (await tracker.GetHistoryAsync(run.Id, "loss", Stop)).Should().ContainSingle().Which.Time.Should().Be(time);
    }
}
