namespace Pipeline.Drift.Verdicts;

/// <summary>What counts as drift. The defaults find half a standard deviation at 200 rows and keep quiet at a fiftieth at 100,000.</summary>
/// <param name="FalseDiscoveryRate">The level of Benjamini and Hochberg's procedure over all tests of a window: 0 to 1.</param>
/// <param name="WarnPsi">From this adjusted PSI on a significant difference is a warning.</param>
/// <param name="DriftPsi">From this adjusted PSI on a significant difference is drift.</param>
/// <param name="RateFloor">From this difference of a rate on (a share of rows) a significant one is drift.</param>
/// <param name="MinRows">With fewer rows nothing is judged; at least <see cref="LeastRows"/>.</param>
/// <param name="CriticalFeatures">A window drifts when one of these does.</param>
/// <param name="MaxDriftedShare">A window drifts when more than this share of the features does; 0: when any does.</param>
/// <param name="AlarmWindows">How many of the last <paramref name="OfWindows"/> windows must drift for the report to.</param>
/// <param name="OfWindows">How many windows are looked at.</param>
public sealed partial record DriftPolicy(
    double FalseDiscoveryRate,
    double WarnPsi,
    double DriftPsi,
    double RateFloor,
    long MinRows,
    IReadOnlyList<string> CriticalFeatures,
    double MaxDriftedShare,
    int AlarmWindows,
    int OfWindows)
{
    /// <summary>With fewer rows no test says anything.</summary>
    public const long LeastRows = 30;

    public static DriftPolicy Default { get; } = new(
        FalseDiscoveryRate: 0.01, WarnPsi: 0.05, DriftPsi: 0.1, RateFloor: 0.01, MinRows: 100, CriticalFeatures: [], MaxDriftedShare: 0, AlarmWindows: 2, OfWindows: 3);
}
