using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The evaluation as a comment on a pull request or a summary of a CI step: the verdict and why, gates, decisions, calibration, metrics.</summary>
internal static class EvaluationMarkdown
{
    private const int MaxSlices = 5;

    public static string Render(EvaluationDocument document)
    {
        var (verdict, evaluation) = (document.Verdict, document.Evaluation);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## {Mark(document.Outcome)} {Name(verdict.Model)}: {document.Headline()}

            {MarkdownText.Of(VisibleText.Sentence(document.Reason()))}

            {Name(document.Trainer)}, judged on {ReportHtml.Number(evaluation.Rows)} test rows{MarkdownText.Of(TaskSections.Subject(evaluation))}. Model `{verdict.ModelDigest.Abbreviated}`.

            | | Gate | Value | 95 % interval | Threshold | Champion | Why |
            |---|---|--:|---|--:|--:|---|

            """);
        foreach (var row in document.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Mark(row.Outcome)} {row.OutcomeText} | {Name(row.Check)} | {row.ValueText} | {MetricText.Of(row.Interval)} | {Optional(row.Bound)} | {Optional(row.Champion)} | {MarkdownText.Of(VisibleText.Sentence(row.Reason))} |\n");
        }

        text.Append(TaskSections.Markdown(evaluation));
        text.Append(OperationsTable.Markdown(document.Operations));
        AppendSlices(text, evaluation);
        AppendMetrics(text, evaluation);
        return MarkdownText.Cut(text.ToString(), MarkdownText.MaxBytes, EvaluationFiles.HtmlName);
    }

    private static void AppendSlices(StringBuilder text, EvaluationReport evaluation)
    {
        if (evaluation.WorstSlices is not { Found.Count: > 0 } worst)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"""

            ### Where it is worst
            Of {ReportHtml.Number(worst.Tried)} slices that were tried, those with a higher log-loss than the rest beyond chance.

            | Slice | Rows | Log-loss | Of the rest | Model says | Happened |
            |---|--:|--:|--:|--:|--:|

            """);
        foreach (var slice in worst.Found.Take(MaxSlices))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Name(slice.Name)} | {ReportHtml.Number(slice.Rows)} | {MetricText.Of(slice.Loss)} | {MetricText.Of(slice.RestLoss)} | {MetricText.Of(slice.Said)} | {MetricText.Of(slice.Happened)} |\n");
        }
    }

    private static void AppendMetrics(StringBuilder text, EvaluationReport evaluation)
    {
        text.Append("\n<details><summary>All metrics</summary>\n\n| Metric | Value | 95 % interval | |\n|---|--:|---|---|\n");
        foreach (var (name, estimate) in evaluation.Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Name(name)} | {MetricText.Of(estimate.Value)} | {MetricText.Of(estimate.Interval)} | {MarkdownText.Of(estimate.Undefined ?? estimate.Interval?.Method ?? string.Empty)} |\n");
        }

        text.Append("\n</details>\n");
    }

    private static string Mark(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Pass => "✅",
        GateOutcome.Waived => "🟡",
        GateOutcome.Fail => "❌",
        _ => "⚠️",
    };

    private static string Optional(double? value) => value is null ? "–" : MetricText.Of(value);

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name, 100));
}
