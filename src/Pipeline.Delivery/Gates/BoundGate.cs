using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// A floor or a ceiling of a metric. It must hold for the end of the 95 % interval that lies on its side, not for the value alone: few rows make a good value by chance, and a gate
/// that looks at it lets such a model through.
/// </summary>
internal static class BoundGate
{
    public static GateRow Judge(MetricGateSettings gate, EvaluationReport candidate)
    {
        var bound = gate.Min ?? gate.Max;
        var isFloor = gate.Min is not null;
        var check = $"{gate.Metric} {(isFloor ? "≥" : "≤")} {bound?.ToString(CultureInfo.InvariantCulture)}";
        return candidate.Definitions.GetValueOrDefault(gate.Metric) is { } definition
            ? Judge(check, candidate.Metrics.GetValueOrDefault(gate.Metric), definition.Meaning, bound, isFloor, candidate.Rows)
            : new GateRow(check, candidate.Rows, GateOutcome.Fail, $"there is no metric '{gate.Metric}'") { Bound = bound };
    }

    /// <param name="check">What is asked.</param>
    /// <param name="estimate">The value; null if it was not computed.</param>
    /// <param name="meaning">How it is computed.</param>
    /// <param name="bound">Floor or ceiling.</param>
    /// <param name="isFloor">Which of them.</param>
    /// <param name="rows">Test rows that the value is of.</param>
    public static GateRow Judge(string check, MetricEstimate? estimate, string meaning, double? bound, bool isFloor, int rows)
    {
        var (outcome, reason) = Decide(bound, isFloor, estimate);
        return new GateRow(check, rows, outcome, reason) { Value = estimate?.Value, Interval = estimate?.Interval, Bound = bound, Meaning = meaning };
    }

    private static (GateOutcome Outcome, string Reason) Decide(double? bound, bool isFloor, MetricEstimate? estimate) => estimate switch
    {
        _ when bound is not { } b || !double.IsFinite(b) => (GateOutcome.Fail, "the gate has no bound"),
        null => (GateOutcome.Fail, "the metric was not computed"),
        { Value: null } => (GateOutcome.Fail, $"the metric is undefined on these rows: {estimate.Undefined}"),
        { Value: { } value } when !double.IsFinite(value) => (GateOutcome.Fail, "the metric is not a finite number"),
        { Interval: null } => (GateOutcome.NotEnoughData, "there are too few rows to say how sure the value is"),
        { Interval: { } interval } => Compare(isFloor ? interval.Low : interval.High, bound.Value, isFloor, estimate.Value.Value),
    };

    private static (GateOutcome Outcome, string Reason) Compare(double end, double bound, bool isFloor, double value)
    {
        var holds = isFloor ? end >= bound : end <= bound;
        var (left, right) = MetricText.OfBoth(end, bound);
        var sign = (isFloor, holds) switch { (true, true) => "≥", (true, false) => "<", (false, true) => "≤", _ => ">" };

        // Where the value alone would have passed, a reader must see that more rows, and not only a better model, would help.
        var byChance = !holds && (isFloor ? value >= bound : value <= bound) ? "; the value itself would pass, but it may be chance: more test rows would tell" : string.Empty;
        return (holds ? GateOutcome.Pass : GateOutcome.Fail, $"{(isFloor ? "lower" : "upper")} end of the interval {left} {sign} {right}{byChance}");
    }
}
