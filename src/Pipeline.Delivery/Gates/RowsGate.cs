using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether there are rows enough to judge by; the first line of every verdict.</summary>
internal static class RowsGate
{
    public static GateRow Judge(EvaluationSettings settings, EvaluationReport candidate)
    {
        var rarest = Math.Min(candidate.Positives, candidate.Rows - candidate.Positives);
        var check = string.Create(CultureInfo.InvariantCulture, $"test rows ≥ {settings.MinRows}, of each class ≥ {settings.MinRowsPerClass}");
        var found = string.Create(CultureInfo.InvariantCulture, $"{candidate.Rows} rows, {rarest} of the rarer class");
        var isEnough = candidate.Rows >= settings.MinRows && rarest >= settings.MinRowsPerClass;
        return new GateRow(check, candidate.Rows, isEnough ? GateOutcome.Pass : GateOutcome.NotEnoughData, isEnough ? found : $"{found}: widen splits.test, or lower evaluation.minRows or minRowsPerClass");
    }
}
