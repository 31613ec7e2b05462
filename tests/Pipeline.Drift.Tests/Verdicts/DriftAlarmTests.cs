using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

public sealed class DriftAlarmTests
{
    [Theory]
    [InlineData("", DriftVerdict.Insufficient)]
    [InlineData("o", DriftVerdict.Ok)]
    [InlineData("w", DriftVerdict.Warn)]
    [InlineData("d", DriftVerdict.Drift)] // fewer windows than are asked for: all of them
    [InlineData("od", DriftVerdict.Warn)]
    [InlineData("dd", DriftVerdict.Drift)]
    [InlineData("dod", DriftVerdict.Drift)]
    [InlineData("ddo", DriftVerdict.Drift)]
    [InlineData("doo", DriftVerdict.Warn)]
    [InlineData("ddoo", DriftVerdict.Warn)] // only the last three are looked at
    [InlineData("ddooo", DriftVerdict.Ok)]
    [InlineData("woo", DriftVerdict.Warn)]
    [InlineData("i", DriftVerdict.Insufficient)]
    [InlineData("ooi", DriftVerdict.Insufficient)]
    [InlineData("odi", DriftVerdict.Insufficient)]
    [InlineData("di", DriftVerdict.Insufficient)]
    [InlineData("ddi", DriftVerdict.Drift)]
    [InlineData("did", DriftVerdict.Drift)]
    [InlineData("iid", DriftVerdict.Drift)]
    [InlineData("oid", DriftVerdict.Warn)]
    [InlineData("ioo", DriftVerdict.Ok)]
    public void Two_of_the_last_three_windows_make_an_alarm(string windows, DriftVerdict expected)
    {
        var (verdict, reason) = DriftJudge.Alarm([.. windows.Select(Of)], DriftPolicy.Default);

        verdict.Should().Be(expected);
        reason.Should().NotBeEmpty();
    }

    [Fact]
    public void The_reason_counts_windows_and_has_that_of_the_window_that_decided()
    {
        DriftJudge.Alarm([Of('d'), Of('o'), Of('d')], DriftPolicy.Default).Reason.Should().Be("2 of the last 3 windows with enough rows drifted, and 2 of 3 make an alarm; the latest: because of d");
        DriftJudge.Alarm([Of('o'), Of('d'), Of('o')], DriftPolicy.Default).Reason
            .Should().Be("1 of the last 3 windows with enough rows drifted, and 2 of 3 make an alarm; the latest that was not calm: because of d");
        DriftJudge.Alarm([Of('o'), Of('i')], DriftPolicy.Default).Reason
            .Should().Be("the last window cannot be judged: because of i; 0 of the last 1 windows with enough rows drifted, and 2 of 3 make an alarm");
        DriftJudge.Alarm([], DriftPolicy.Default).Reason.Should().Be("there is no window");
    }

    [Fact]
    public void A_policy_of_one_window_alarms_at_once() =>
        DriftJudge.Alarm([Of('o'), Of('d')], DriftPolicy.Default with { AlarmWindows = 1, OfWindows = 1 }).Verdict.Should().Be(DriftVerdict.Drift);

    [Fact]
    public void Every_fault_of_a_policy_is_told()
    {
        var policy = new DriftPolicy(FalseDiscoveryRate: 1, WarnPsi: 0, DriftPsi: double.NaN, RateFloor: -0.1, MinRows: 29, CriticalFeatures: ["a", "a"], MaxDriftedShare: 1.1, AlarmWindows: 4, OfWindows: 3);

        var faults = policy.Faults();

        faults.Should().HaveCount(8).And.OnlyHaveUniqueItems();
        faults[0].Should().Be("the false discovery rate is 1, not between 0 and 1");
        DriftPolicy.Default.Faults().Should().BeEmpty();
        FluentActions.Invoking(() => DriftJudge.Alarm([], policy)).Should().Throw<ArgumentException>().WithMessage("The drift policy cannot be used: the false discovery rate is 1*; critical feature 'a' is named twice.");
        FluentActions.Invoking(() => DriftJudge.Judge(Window.Reference(), Window.Live(), policy)).Should().Throw<ArgumentException>();
    }

    private static WindowDrift Of(char verdict) => new(
        From: null,
        To: null,
        Rows: 1_000,
        verdict switch { 'd' => DriftVerdict.Drift, 'w' => DriftVerdict.Warn, 'o' => DriftVerdict.Ok, _ => DriftVerdict.Insufficient },
        $"because of {verdict}",
        []);
}
