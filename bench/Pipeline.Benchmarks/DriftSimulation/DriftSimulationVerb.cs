using Pipeline.Drift.Verdicts;

namespace Pipeline.Benchmarks.DriftSimulation;

/// <summary>
/// How often the rule of drift sees one where there is none, and how often it finds one, by simulation. A line has the family, the rows of the reference and of the window, the policy's least
/// rows, the number of windows, and the share with its interval. The same seed gives the same figures.
/// </summary>
internal static class DriftSimulationVerb
{
    public const string Usage = "drift-simulation [--seed N] [--repetitions N]";

    private const int Shifted = 5;

    // With none of so many the upper end of Wilson's interval is below one in twenty.
    private const int LeastRepetitions = 75;

    // Rows of one feature, over all windows of a line: without a bound the largest would take an hour.
    private const long RowBudget = 4_000_000;

    private static readonly (int Reference, int Current, long MinRows)[] WithoutDrift =
    [
        (1_000, 50, DriftPolicy.Default.MinRows), (1_000, 50, DriftPolicy.LeastRows), (1_000, 100, DriftPolicy.Default.MinRows), (5_000, 100, DriftPolicy.Default.MinRows),
        (5_000, 5_000, DriftPolicy.Default.MinRows), (100_000, 100_000, DriftPolicy.Default.MinRows),
    ];

    private static readonly (int Reference, int Current)[] WithDrift = [(1_000, 200), (5_000, 200)];

    public static int Run(Arguments arguments)
    {
        var (seed, repetitions) = (arguments.Number("--seed", 1), arguments.Number("--repetitions", 1_000));
        arguments.ShouldBeUsedUp();

        foreach (var family in Enum.GetValues<FeatureFamily>())
        {
            foreach (var (reference, current, minRows) in WithoutDrift)
            {
                var windows = new SimulatedWindows(family, reference, current, ShiftedFeatures: 0, minRows, seed).JudgeAll(Affordable(repetitions, reference, current));
                var judged = windows.Count(window => window.Verdict != DriftVerdict.Insufficient);
                Line("alarms", family, reference, current, minRows, judged, WilsonInterval.Of(windows.Count(HasDrift), windows.Count));
            }
        }

        foreach (var family in Enum.GetValues<FeatureFamily>())
        {
            foreach (var (reference, current) in WithDrift)
            {
                var windows = new SimulatedWindows(family, reference, current, Shifted, DriftPolicy.Default.MinRows, seed).JudgeAll(Affordable(repetitions, reference, current));
                var found = windows.Sum(window => window.Subjects.Take(Shifted).Count(subject => subject.Verdict == DriftVerdict.Drift));
                Line("found", family, reference, current, DriftPolicy.Default.MinRows, windows.Count, WilsonInterval.Of(found, windows.Count * Shifted));
            }
        }

        return 0;
    }

    private static bool HasDrift(WindowDrift window) => window.Subjects.Any(subject => subject.Verdict == DriftVerdict.Drift);

    private static int Affordable(int repetitions, int reference, int current) => (int)Math.Min(repetitions, Math.Max(LeastRepetitions, RowBudget / (reference + current)));

    private static void Line(string what, FeatureFamily family, int reference, int current, long minRows, int windows, WilsonInterval share) =>
        Output.Line($"{what} {family} {reference} {current} {minRows} {windows} {share.Share:F4} {share.Low:F4} {share.High:F4}");
}
