using Pipeline.Benchmarks.DriftSimulation;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

/// <summary>A small part of bench/drift-simulation.sh, from the same source. The seed is fixed, so that the figures are, too.</summary>
public sealed class DriftRuleSimulationTests
{
    private const int Shifted = 5;

    public static TheoryData<string> Families => [.. Enum.GetNames<FeatureFamily>()];

    [Theory]
    [MemberData(nameof(Families))]
    public void With_no_drift_a_feature_of_20_is_said_to_drift_in_at_most_one_window_of_20(string family)
    {
        foreach (var (reference, current, windows) in new[] { (1_000, 50, 80), (1_000, 100, 80), (5_000, 100, 40), (5_000, 5_000, 10) })
        {
            var judged = new SimulatedWindows(Enum.Parse<FeatureFamily>(family), reference, current, ShiftedFeatures: 0, DriftPolicy.LeastRows, Seed: 3).JudgeAll(windows);

            judged.Should().OnlyContain(window => window.Verdict != DriftVerdict.Insufficient);
            judged.Count(window => window.Subjects.Any(subject => subject.Verdict == DriftVerdict.Drift)).Should().BeLessOrEqualTo(windows / 20, "{0} rows against {1}", current, reference);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Of_features_that_moved_by_half_a_standard_deviation_nearly_all_are_found_at_200_rows(string family)
    {
        var windows = new SimulatedWindows(Enum.Parse<FeatureFamily>(family), ReferenceRows: 5_000, CurrentRows: 200, Shifted, DriftPolicy.Default.MinRows, Seed: 3).JudgeAll(40);

        var found = windows.Sum(window => window.Subjects.Take(Shifted).Count(subject => subject.Verdict == DriftVerdict.Drift));
        var others = windows.Sum(window => window.Subjects.Skip(Shifted).Count(subject => subject.Verdict == DriftVerdict.Drift));

        windows.Should().OnlyContain(window => window.Verdict == DriftVerdict.Drift);
        ((double)found / (windows.Count * Shifted)).Should().BeGreaterOrEqualTo(family == nameof(FeatureFamily.Discrete) ? 0.9 : 0.95);
        ((double)others / found).Should().BeLessThan(0.05);
    }

    [Fact]
    public void The_same_seed_gives_the_same_verdicts()
    {
        var windows = new SimulatedWindows(FeatureFamily.Discrete, 1_000, 100, ShiftedFeatures: 3, DriftPolicy.Default.MinRows, Seed: 3);

        windows.Judge(7).Should().BeEquivalentTo(windows.JudgeAll(8)[7]);
    }
}
