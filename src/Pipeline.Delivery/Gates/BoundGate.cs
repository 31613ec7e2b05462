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
    public static GateRow Judge(GateSettings gate, EvaluationReport candidate)
    {
        var bound = gate.Min ?? gate.Max;
        var isFloor = gate.Min is not null;
        var definition = candidate.Definitions.GetValueOrDefault(gate.Metric);
        var estimate = candidate.Metrics.GetValueOrDefault(gate.Metric);
        var (outcome, reason) = Decide(gate.Metric, definition, bound, isFloor, estimate);
        return new GateRow($"{gate.Metric} {(isFloor ? "≥" : "≤")} {bound?.ToString(CultureInfo.InvariantCulture)}", candidate.Rows, outcome, reason)
        {
            Value = estimate?.Value,
            Interval = estimate?.Interval,
            Bound = bound,
            Meaning = definition?.Meaning,
        };
    }

    private static (GateOutcome Outcome, string Reason) Decide(string metric, MetricDefinition? definition, double? bound, bool isFloor, MetricEstimate? estimate) => estimate switch
    {
        _ when definition is null => (GateOutcome.Fail, $"there is no metric '{metric}'"),
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
