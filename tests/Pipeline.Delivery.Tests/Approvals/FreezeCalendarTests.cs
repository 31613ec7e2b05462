using System.Globalization;
using Pipeline.Delivery.Approvals.Freezes;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Tests.Approvals;

public sealed class FreezeCalendarTests
{
    private static readonly FreezeSettings MonthEnd = new("month-end freeze", new DateTime(2026, 1, 30, 18, 0, 0), TimeSpan.FromHours(62), "FREQ=MONTHLY;BYMONTHDAY=-2", "Europe/Berlin");
    private static readonly FreezeSettings Once = new("move", new DateTime(2026, 5, 1), TimeSpan.FromDays(2), null, "UTC");

    [Theory]
    [InlineData("2026-10-30T16:59:59Z", null)]
    [InlineData("2026-10-30T17:00:00Z", "closed until Monday 2026-11-02 08:00 (Europe/Berlin): month-end freeze")]
    [InlineData("2026-11-02T06:59:59Z", "closed until Monday 2026-11-02 08:00 (Europe/Berlin): month-end freeze")]
    [InlineData("2026-11-02T07:00:00Z", null)]
    [InlineData("2027-02-27T17:00:00Z", "closed until Tuesday 2027-03-02 08:00 (Europe/Berlin): month-end freeze")]
    public void A_stage_is_closed_from_the_first_to_the_last_second_by_the_clocks_of_the_zone(string at, string? expected) =>
        new FreezeCalendar([MonthEnd, Once]).At(Time(at))?.ToString().Should().Be(expected);

    [Fact]
    public void A_freeze_lasts_as_long_across_a_change_to_summer_time() =>
        new FreezeCalendar([MonthEnd with { Start = new DateTime(2026, 3, 28, 18, 0, 0), Rule = null, Lasts = TimeSpan.FromHours(24) }]).At(Time("2026-03-29T00:00:00Z"))!.ToString()
            .Should().Be("closed until Sunday 2026-03-29 19:00 (Europe/Berlin): month-end freeze");

    [Fact]
    public void Freezes_that_follow_on_each_other_are_one_to_whoever_waits()
    {
        FreezeSettings[] freezes = [Once, Once with { Name = "audit", Start = new DateTime(2026, 5, 3), Lasts = TimeSpan.FromDays(1) }, Once with { Name = "overlap", Start = new DateTime(2026, 5, 2), Lasts = TimeSpan.FromDays(1) }];

        new FreezeCalendar(freezes).At(Time("2026-05-01T10:00:00Z"))!.ToString().Should().Be("closed until Monday 2026-05-04 00:00 (UTC): move, then audit");
    }

    [Fact]
    public void A_calendar_that_is_always_closed_comes_to_an_answer() =>
        new FreezeCalendar([Once with { Rule = "FREQ=DAILY", Lasts = TimeSpan.FromDays(1) }]).At(Time("2026-06-01T10:00:00Z"))!.Until.Should().BeAfter(Time("2026-08-01T00:00:00Z"));

    [Fact]
    public void A_rule_that_never_comes_true_closes_nothing() =>
        new FreezeCalendar([Once with { Rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Start = new DateTime(2026, 2, 1) }]).At(Time("2027-02-15T00:00:00Z")).Should().BeNull();

    [Fact]
    public void The_next_freeze_is_told_beforehand()
    {
        var next = new FreezeCalendar([Once, MonthEnd]).NextAfter(Time("2026-04-30T12:00:00Z"));

        next!.Name.Should().Be("move");
        new FreezeCalendar([Once]).NextAfter(Time("2026-05-01T00:00:00Z")).Should().BeNull("it has begun");
        new FreezeCalendar([]).NextAfter(Time("2026-05-01T00:00:00Z")).Should().BeNull();
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
