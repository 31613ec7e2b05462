using System.Text.Json.Serialization;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.SmokeTests.Operations;

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

    /// <summary>What it costs to operate the package, and the operation gates, as in operations.json; null before the smoke test.</summary>
    public OperationsVerdict? Operations { get; init; }

    /// <summary>What was found in the data before training; empty if that is not known.</summary>
    public IReadOnlyList<DataCheckOutcome> DataChecks { get; init; } = [];

    /// <summary>Of all gates.</summary>
    [JsonIgnore]
    internal IReadOnlyList<GateRow> Rows => [.. Verdict.Rows, .. Operations?.Rows ?? []];

    /// <summary>The worst of both.</summary>
    internal static GateOutcome OutcomeOf(GateVerdict verdict, OperationsVerdict? operations) => operations?.Passed() == false ? GateOutcome.Fail
        : verdict.Outcome() == GateOutcome.Pass && operations?.Rows.Any(row => row.Outcome == GateOutcome.Waived) == true ? GateOutcome.Waived
        : verdict.Outcome();

    /// <summary>The outcome in capitals.</summary>
    internal string Headline() => Outcome switch
    {
        GateOutcome.Pass => "PASS",
        GateOutcome.Waived => "PASS BY WAIVER",
        GateOutcome.Fail => "FAIL",
        _ => "NOT ENOUGH DATA",
    };

    /// <summary>One sentence.</summary>
    internal string Reason()
    {
        var open = Rows.Where(row => !row.Passed).ToList();
        return Outcome switch
        {
            GateOutcome.Pass => $"All {Rows.Count} gates are fulfilled.",
            GateOutcome.Waived => $"{Rows.Count(row => row.Outcome == GateOutcome.Pass)} of {Rows.Count} gates are fulfilled; the others are waived for this model: {Join(Rows.Where(row => row.Outcome == GateOutcome.Waived))}.",
            GateOutcome.Fail when open.Count == 0 => "There is no gate, so nothing was judged.",
            GateOutcome.Fail => $"{open.Count} of {Rows.Count} gates said no: {Join(open)}.",
            _ => $"There is not enough data to judge by: {Join(open)}.",
        };
    }

    private static string Join(IEnumerable<GateRow> rows) => string.Join("; ", rows.Select(row => $"{row.Check} ({row.Reason})"));
}
