using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The evaluation as a comment on a pull request or a summary of a CI step: the verdict and why, gates, decisions, calibration, metrics.</summary>
internal static class EvaluationMarkdown
{
    public static string Render(EvaluationDocument document)
    {
        var (verdict, evaluation) = (document.Verdict, document.Evaluation);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## {Mark(document.Outcome)} {Name(verdict.Model)}: {document.Headline()}

            {MarkdownText.Of(VisibleText.Sentence(document.Reason()))}

            {Name(document.Trainer)}, judged on {ReportHtml.Number(evaluation.Rows)} test rows, {ReportHtml.Number(evaluation.Positives)} of them positive. Model `{verdict.ModelDigest.Abbreviated}`.

            | | Gate | Value | 95 % interval | Threshold | Champion | Why |
            |---|---|--:|---|--:|--:|---|

            """);
        foreach (var row in verdict.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Mark(row.Outcome)} {row.OutcomeText} | {Name(row.Check)} | {row.ValueText} | {MetricText.Of(row.Interval)} | {Optional(row.Bound)} | {Optional(row.Champion)} | {MarkdownText.Of(VisibleText.Sentence(row.Reason))} |\n");
        }

        AppendDecisions(text, evaluation);
        AppendCalibration(text, evaluation.Calibration);
        AppendMetrics(text, evaluation);
        return MarkdownText.Cut(text.ToString(), MarkdownText.MaxBytes, EvaluationFiles.HtmlName);
    }

    private static void AppendDecisions(StringBuilder text, EvaluationReport evaluation)
    {
        var confusion = evaluation.Confusion;
        text.Append(CultureInfo.InvariantCulture, $"""

            ### Decisions at the threshold {evaluation.Threshold}
            | | Predicted positive | Predicted negative |
            |---|--:|--:|
            | Positive | {ReportHtml.Number(confusion.TruePositives)} | {ReportHtml.Number(confusion.FalseNegatives)} |
            | Negative | {ReportHtml.Number(confusion.FalsePositives)} | {ReportHtml.Number(confusion.TrueNegatives)} |

            """);
    }

    // Two bins make a line.
    private static void AppendCalibration(StringBuilder text, IReadOnlyList<CalibrationBin> bins)
    {
        if (bins.Count < 2)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"""

            ### Calibration
            Bars: what happened. Line: what the model said. Rows a bin: {string.Join(", ", bins.Select(bin => ReportHtml.Number(bin.Rows)))}.

            ```mermaid
            xychart-beta
              x-axis "probability" [{string.Join(", ", bins.Select(bin => string.Create(CultureInfo.InvariantCulture, $"\"{bin.Lower:0.0}–{bin.Upper:0.0}\"")))}]
              y-axis "share of positives" 0 --> 1
              bar [{string.Join(", ", bins.Select(bin => bin.PositiveShare.ToString("0.####", CultureInfo.InvariantCulture)))}]
              line [{string.Join(", ", bins.Select(bin => bin.MeanProbability.ToString("0.####", CultureInfo.InvariantCulture)))}]
            ```

            """);
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
        GateOutcome.Fail => "❌",
        _ => "⚠️",
    };

    private static string Optional(double? value) => value is null ? "–" : MetricText.Of(value);

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name, 100));
}
