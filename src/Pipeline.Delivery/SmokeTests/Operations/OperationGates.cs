using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Metrics;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>
/// Judges what was measured. Times and memory waver, and so a bound is for the upper end of the 95 % interval, not for the value (non-inferiority): a package passes if it keeps the bound
/// beyond doubt, and not by a lucky minute of the machine. The end leaves 2.5 % of doubt; as there may be a second look, both together leave 5 %. What cannot be measured or compared fails.
/// </summary>
internal static class OperationGates
{
    // What dividing one written number by another may lose.
    private const double RoundingError = 1e-12;

    /// <param name="gates">The gates.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="champions">Other models that stages in reach run; empty before the first promotion, or if they run the candidate.</param>
    /// <returns>In the order of the gates, a comparison once for each champion; empty without gates.</returns>
    public static IReadOnlyList<GateRow> Judge(IReadOnlyList<OperationGateSettings> gates, MeasuredPackage candidate, IReadOnlyList<MeasuredChampion> champions) =>
        [.. gates.SelectMany(gate => gate.MaxRelativeRegression is { } margin ? Compare(gate.Measure, margin, candidate, champions) : [Bound(gate, candidate)])];

    /// <summary>True of a row whose value keeps the bound while its interval does not: more measurements may tell.</summary>
    public static bool IsOpen(GateRow row) => !row.Passed && row.Value <= row.Bound;

    private static GateRow Bound(OperationGateSettings gate, MeasuredPackage candidate)
    {
        var estimate = candidate.Estimate(gate.Measure);
        var (outcome, reason) = Decide(estimate, gate.Max);
        return RowOf($"{gate.Measure} ≤ {gate.Max?.ToString(CultureInfo.InvariantCulture)}", gate.Measure, candidate, outcome, reason) with { Bound = gate.Max };
    }

    private static (GateOutcome Outcome, string Reason) Decide(MetricEstimate estimate, double? max)
    {
        if (max is not { } bound || !double.IsFinite(bound))
        {
            return (GateOutcome.Fail, "the gate has no bound");
        }

        if (estimate.Value is not { } value || !double.IsFinite(value))
        {
            return (GateOutcome.Fail, $"it cannot be had: {estimate.Undefined ?? "it is not a finite number"}");
        }

        var end = estimate.Interval?.High ?? value;
        var (left, right) = MetricText.OfBoth(end, bound);
        var what = estimate.Interval is null ? string.Empty : "upper end of the interval ";
        var byChance = end > bound && value <= bound ? "; the value itself would pass, but it may be chance: a machine with less to do would tell" : string.Empty;
        return end <= bound ? (GateOutcome.Pass, $"{what}{left} ≤ {right}") : (GateOutcome.Fail, $"{what}{left} > {right}{byChance}");
    }

    private static IEnumerable<GateRow> Compare(string measure, double margin, MeasuredPackage candidate, IReadOnlyList<MeasuredChampion> champions)
    {
        var check = $"{measure} at most {(margin * 100).ToString("0.###", CultureInfo.InvariantCulture)} % above the champion's";
        return champions.Count == 0
            ? [First(check, measure, candidate)]
            : champions.Select(champion => Compare($"{check} ({champion.Champion.Stage} {champion.Champion.PackageDigest.Abbreviated})", measure, margin, candidate, champion));
    }

    private static GateRow First(string check, string measure, MeasuredPackage candidate) => candidate.Estimate(measure) is { Value: null } estimate
        ? RowOf(check, measure, candidate, GateOutcome.Fail, $"it cannot be had: {estimate.Undefined}")
        : RowOf(check, measure, candidate, GateOutcome.Pass, "no champion yet: this is the first promotion, or the stage runs this package already");

    private static GateRow Compare(string check, string measure, double margin, MeasuredPackage candidate, MeasuredChampion champion)
    {
        if (WhyNot(measure, candidate, champion) is { } whyNot)
        {
            return RowOf(check, measure, candidate, GateOutcome.Fail, whyNot);
        }

        var reference = champion.Measured!.Estimate(measure).Value;
        if (!double.IsFinite(margin) || margin < 0 || candidate.RatioTo(champion.Measured, measure) is not { Upper: { } upper } ratio || !double.IsFinite(upper))
        {
            return RowOf(check, measure, candidate, GateOutcome.Fail, "it cannot be compared: a value is undefined") with { Champion = reference };
        }

        var passed = upper <= 1 + margin + RoundingError;
        var byChance = !passed && ratio.Value <= 1 + margin ? "; the value itself would pass, but it may be chance: a machine with less to do would tell" : string.Empty;
        var reason = upper == ratio.Value ? $"{Times(ratio.Value)} the champion's" : $"{Times(ratio.Value)} the champion's side by side, upper end of the interval {Times(upper)}{byChance}";
        return RowOf(check, measure, candidate, passed ? GateOutcome.Pass : GateOutcome.Fail, reason) with { Bound = reference * (1 + margin), Champion = reference };
    }

    private static string? WhyNot(string measure, MeasuredPackage candidate, MeasuredChampion champion) => champion.Measured switch
    {
        _ when candidate.Estimate(measure) is { Value: null } estimate => $"it cannot be had: {estimate.Undefined}",
        null => $"it cannot be compared: {champion.Champion.WhyMissing}",
        { Service.Fault: { } fault } when measure is not (OperationMeasures.Package or OperationMeasures.Image) =>
            $"it cannot be compared: this service does not serve the champion: {fault}; serve it by a service that does, or gate {measure} by max until a package of this version is promoted",
        { } measured when measured.Estimate(measure) is { Value: null } estimate => $"it cannot be compared: the champion's cannot be had: {estimate.Undefined}",
        _ => null,
    };

    private static GateRow RowOf(string check, string measure, MeasuredPackage candidate, GateOutcome outcome, string reason)
    {
        var estimate = candidate.Estimate(measure);
        return new GateRow(check, candidate.Service.Requests, outcome, reason)
        {
            Value = estimate.Value,
            Interval = estimate.Interval,
            Meaning = OperationMeasures.Names.Contains(measure) ? OperationMeasures.Meaning(measure) : null,
        };
    }

    private static string Times(double ratio) => $"{ratio.ToString("0.000", CultureInfo.InvariantCulture)} times";
}
