using Pipeline.Delivery.Training;

namespace Pipeline.Delivery.Tests.Training;

public sealed class TrainingProgressTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Elsewhere_than_on_a_terminal_a_plain_line_comes_every_ten_seconds_with_the_time_left()
    {
        using var fixture = new StageFixture(_clock);
        await using var progress = new TrainingProgress(fixture.Runner.Log, totalCost: 2_000, rows: 1_000);
        progress.Begin("lightgbm", 1_000);
        _clock.Advance(TimeSpan.FromSeconds(100));
        progress.End();
        var before = fixture.Log.Count;
        progress.Begin("fast-tree", 1_000);

        _clock.Advance(TimeSpan.FromSeconds(50));

        // A second trainer of the first one's cost takes 100 s too.
        fixture.Log.Skip(before).Should().Equal(
            "Train: 55 %, 90 s left, fast-tree",
            "Train: 60 %, 80 s left, fast-tree",
            "Train: 65 %, 70 s left, fast-tree",
            "Train: 70 %, 60 s left, fast-tree",
            "Train: 75 %, 50 s left, fast-tree");
        fixture.Printed.Should().BeEmpty();
    }

    [Fact]
    public async Task A_running_trainer_is_never_said_to_be_done()
    {
        using var fixture = new StageFixture(_clock);
        await using var progress = new TrainingProgress(fixture.Runner.Log, totalCost: 1_000, rows: 1_000);
        progress.Begin("lightgbm", 1_000);

        _clock.Advance(TimeSpan.FromHours(1));

        fixture.Log.Should().HaveCount(360).And.NotContain(line => line.Contains("100 %"));
        fixture.Log[^1].Should().StartWith("Train: 95 %");
    }

    [Fact]
    public async Task A_first_trainer_is_judged_by_what_trees_cost_elsewhere()
    {
        // 100 trees of 31 leaves on 75,000 rows take about two seconds.
        using var fixture = new StageFixture(_clock);
        await using var progress = new TrainingProgress(fixture.Runner.Log, totalCost: 3 * 3_100, rows: 20 * 75_000);
        progress.Begin("lightgbm", 3_100);

        _clock.Advance(TimeSpan.FromSeconds(20));

        fixture.Log.Should().Equal("Train: 12 %, 74 s left, lightgbm", "Train: 24 %, 64 s left, lightgbm");
    }

    [Fact]
    public async Task Nothing_is_shown_between_trainers_and_after_the_end()
    {
        using var fixture = new StageFixture(_clock);
        var progress = new TrainingProgress(fixture.Runner.Log, totalCost: 1_000, rows: 1_000);

        _clock.Advance(TimeSpan.FromMinutes(1));
        progress.Begin("lightgbm", 1_000);
        progress.End();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await progress.DisposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        fixture.Log.Should().BeEmpty();
    }

    [Fact]
    public async Task On_a_terminal_one_line_is_redrawn_and_taken_away_at_the_end()
    {
        using var fixture = new StageFixture(_clock, isTerminal: true);
        var progress = new TrainingProgress(fixture.Runner.Log, totalCost: 1_000, rows: 1_000_000);
        progress.Begin("lightgbm", 1_000);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await progress.DisposeAsync();

        fixture.Log.Should().BeEmpty();
        fixture.Printed.Split("\r\u001b[2K").Should().HaveCountGreaterThan(3).And.HaveCountLessThan(8);
        fixture.Printed.Should().Contain("Train: ").And.EndWith("\r\u001b[2K").And.NotContain("\n");
    }
}
