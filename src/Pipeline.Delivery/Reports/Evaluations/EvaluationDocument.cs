using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The content of report.json.</summary>
/// <param name="SchemaVersion">Of this format; it grows when a member changes its meaning or is gone.</param>
/// <param name="Outcome">Over all gates.</param>
/// <param name="Trainer">That made the candidate.</param>
/// <param name="Verdict">Every gate, as in gate.json.</param>
/// <param name="Evaluation">Every metric, as in evaluation.json.</param>
public sealed record EvaluationDocument(int SchemaVersion, GateOutcome Outcome, string Trainer, GateVerdict Verdict, EvaluationReport Evaluation)
{
    public const int CurrentSchemaVersion = 2;

    /// <summary>The outcome in capitals.</summary>
    internal string Headline() => Outcome switch
    {
        GateOutcome.Pass => "PASS",
        GateOutcome.Fail => "FAIL",
        _ => "NOT ENOUGH DATA",
    };

    /// <summary>One sentence.</summary>
    internal string Reason()
    {
        var open = Verdict.Rows.Where(row => !row.Passed).ToList();
        return Outcome switch
        {
            GateOutcome.Pass => $"All {Verdict.Rows.Count} gates are fulfilled.",
            GateOutcome.Fail when open.Count == 0 => "There is no gate, so nothing was judged.",
            GateOutcome.Fail => $"{open.Count} of {Verdict.Rows.Count} gates said no: {Join(open)}.",
            _ => $"There is not enough data to judge by: {Join(open)}.",
        };
    }

    private static string Join(IEnumerable<GateRow> rows) => string.Join("; ", rows.Select(row => $"{row.Check} ({row.Reason})"));
}
