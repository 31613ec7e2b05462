using Pipeline.Delivery.Gates;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The verdict as JUnit XML: a gate is a test case; one that lacks data is skipped.</summary>
internal static class EvaluationJUnit
{
    public static string Render(EvaluationDocument document)
    {
        var verdict = document.Verdict;
        var model = VisibleText.Name(verdict.Model);
        (string, string)[] properties = [("model", verdict.ModelDigest.ToString()), ("evaluation", verdict.EvaluationDigest.ToString()), .. verdict.ComparedWith.Select(champion => ($"champion ({champion.Key})", champion.Value.ToString()))];
        return JUnitXml.Render("gates", $"gates of {model}", at: null, properties, [Case($"gates.{model}", "verdict", document.Outcome, document.Reason()), .. document.Rows.Select(row => Case($"gates.{model}", row.Check, row.Outcome, row.Reason))]);
    }

    private static JUnitCase Case(string className, string name, GateOutcome outcome, string message) => new(
        className,
        name,
        outcome switch
        {
            GateOutcome.Pass or GateOutcome.Waived => JUnitOutcome.PassedWithOutput,
            GateOutcome.Fail => JUnitOutcome.Failed,
            _ => JUnitOutcome.Skipped,
        },
        outcome switch
        {
            GateOutcome.Pass => "pass",
            GateOutcome.Waived => "waived",
            _ => "fail",
        },
        message);
}
