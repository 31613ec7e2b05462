using Pipeline.Delivery.DriftChecks.Counters;

namespace Pipeline.Delivery.Tests.DriftChecks.Counters;

public sealed class ReplicaTimelineTests
{
    private const long Lookback = 100_000;

    [Fact]
    public void Process_that_lives_on_counts_from_the_last_scrape_before_the_window()
    {
        var timeline = Timeline((90_000, 5, 1), (105_000, 7, 1), (120_000, 9, 1), (135_000, 12, 1));

        timeline.SpansIn(110_000, 130_000, Lookback).Should().Equal(new CounterSpan(105_000, 120_000, IsCutOff: false));
        timeline.RowsIn(110_000, 130_000, Lookback).Should().Be(2);
    }

    [Fact]
    public void Windows_side_by_side_count_each_row_once()
    {
        var timeline = Timeline((90_000, 5, 50), (105_000, 7, 50), (120_000, 9, 50), (120_001, 1, 120), (135_000, 12, 120), (150_000, 13, 120));

        var rows = Enumerable.Range(0, 20).Sum(i => timeline.RowsIn(i * 10_000, (i + 1) * 10_000, Lookback));

        rows.Should().Be(9 + 13);
    }

    [Fact]
    public void Scrape_at_the_boundary_ends_one_window_and_begins_the_next()
    {
        var timeline = Timeline((100_000, 5, 1), (110_000, 7, 1), (120_000, 9, 1));

        timeline.SpansIn(100_000, 110_000, Lookback).Should().Equal(new CounterSpan(100_000, 110_000, IsCutOff: false));
        timeline.SpansIn(110_000, 120_000, Lookback).Should().Equal(new CounterSpan(110_000, 120_000, IsCutOff: false));
    }

    [Fact]
    public void Restart_is_seen_by_the_start_although_the_rows_have_grown()
    {
        var timeline = Timeline((100_000, 5, 1), (110_000, 7, 105), (120_000, 9, 105));

        timeline.SpansIn(100_000, 120_000, Lookback).Should().Equal(new CounterSpan(null, 120_000, IsCutOff: false));
        timeline.RowsIn(90_000, 120_000, Lookback).Should().Be(5 + 9);
    }

    [Fact]
    public void Restart_is_seen_by_falling_rows_where_no_start_is_told()
    {
        var timeline = new ReplicaTimeline([new(100_000, 5, null), new(110_000, 2, null), new(120_000, 9, null)]);

        timeline.TellsStart.Should().BeFalse();
        timeline.RowsIn(100_000, 120_000, Lookback).Should().Be(9);
    }

    [Fact]
    public void Process_born_in_the_window_counts_from_zero_and_a_dead_one_to_its_last_scrape()
    {
        var born = Timeline((115_000, 3, 112), (130_000, 8, 112));
        var dead = Timeline((90_000, 5, 1), (115_000, 7, 1));

        born.SpansIn(100_000, 130_000, Lookback).Should().Equal(new CounterSpan(null, 130_000, IsCutOff: false));
        dead.SpansIn(100_000, 130_000, Lookback).Should().Equal(new CounterSpan(90_000, 115_000, IsCutOff: false));
        dead.SpansIn(115_000, 130_000, Lookback).Should().BeEmpty();
    }

    [Fact]
    public void Old_process_that_was_not_read_before_the_window_counts_from_its_first_scrape_there()
    {
        var timeline = Timeline((1_000_000, 500, 7), (1_010_000, 510, 7));

        timeline.SpansIn(990_000, 1_010_000, Lookback).Should().Equal(new CounterSpan(1_000_000, 1_010_000, IsCutOff: true));
        timeline.RowsIn(990_000, 1_010_000, Lookback).Should().Be(10);
    }

    [Fact]
    public void Gaps_are_told_also_up_to_the_windows_end()
    {
        var timeline = Timeline((0, 0, 1), (15_000, 1, 1), (30_000, 2, 1), (45_000, 3, 1), (345_000, 4, 1), (360_000, 5, 1));

        timeline.Interval.Should().Be(15_000);
        timeline.GapsIn(60_000, 460_000, 5).Should().Equal((45_000, 345_000), (360_000, 460_000));
        timeline.GapsIn(345_000, 370_000, 5).Should().BeEmpty();
    }

    private static ReplicaTimeline Timeline(params (long Time, long Rows, double Start)[] scrapes) => new([.. scrapes.Select(scrape => new ScrapedTotal(scrape.Time, scrape.Rows, scrape.Start))]);
}
