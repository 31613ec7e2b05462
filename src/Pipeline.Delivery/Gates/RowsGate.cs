using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether there are rows enough to judge by; the first line of every verdict.</summary>
internal static class RowsGate
{
    public static GateRow Judge(EvaluationSettings settings, EvaluationReport candidate)
    {
        var ofRarest = candidate switch
        {
            { Binary: { } binary } => Math.Min(binary.Positives, candidate.Rows - binary.Positives),
            { Multiclass: { } multiclass } => multiclass.RarestRows(),
            _ => (long?)null,
        };
        var rarest = candidate.Multiclass is null ? "rarer" : "rarest";
        var check = string.Create(CultureInfo.InvariantCulture, $"test rows ≥ {settings.MinRows}{(ofRarest is null ? string.Empty : $", of each class ≥ {settings.MinRowsPerClass}")}");
        var found = string.Create(CultureInfo.InvariantCulture, $"{candidate.Rows} rows{(ofRarest is null ? string.Empty : $", {ofRarest} of the {rarest} class")}");
        var isEnough = candidate.Rows >= settings.MinRows && (ofRarest ?? long.MaxValue) >= settings.MinRowsPerClass;
        var advice = $"widen splits.test, or lower evaluation.minRows{(ofRarest is null ? string.Empty : " or minRowsPerClass")}";
        return new GateRow(check, candidate.Rows, isEnough ? GateOutcome.Pass : GateOutcome.NotEnoughData, isEnough ? found : $"{found}: {advice}");
    }
}
