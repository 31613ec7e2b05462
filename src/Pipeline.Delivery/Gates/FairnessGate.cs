using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports;

namespace Pipeline.Delivery.Gates;

/// <summary>A bound of how differently decisions treat the groups that a column makes; it must hold for the end of the 95 % interval that lies on its side.</summary>
internal static class FairnessGate
{
    public static GateRow Judge(FairnessGateSettings gate, EvaluationReport candidate, EvaluationSettings settings)
    {
        var bound = gate.Min ?? gate.Max ?? double.NaN;
        var check = string.Create(CultureInfo.InvariantCulture, $"{gate.Measure} by {gate.By} {(gate.Min is null ? "≤" : "≥")} {bound}");
        var fairness = candidate.Fairness.FirstOrDefault(report => report.By == gate.By);
        if (fairness?.Measures is not { } measures)
        {
            return new GateRow(check, candidate.Rows, GateOutcome.NotEnoughData, string.Create(CultureInfo.InvariantCulture, $"there are not two groups with {settings.MinSliceRows} rows or more to compare: widen splits.test, or lower evaluation.minSliceRows"));
        }

        var row = BoundGate.Judge(check, measures[gate.Measure], FairnessMeasures.Meaning(gate.Measure), bound, gate.Min is not null, fairness.Groups.Sum(group => group.Rows));
        var rates = fairness.Groups.OrderBy(group => group.PredictedPositiveRate).ToList();
        var groups = string.Create(CultureInfo.InvariantCulture, $"{rates.Count} groups, predicted positive from {MetricText.Of(rates[0].PredictedPositiveRate)} ({VisibleText.Name(rates[0].Name)}) to {MetricText.Of(rates[^1].PredictedPositiveRate)} ({VisibleText.Name(rates[^1].Name)})");
        return row with { Reason = $"{row.Reason}; {groups}{SliceGate.NotJudged(fairness.TooSmall, settings)}" };
    }
}
