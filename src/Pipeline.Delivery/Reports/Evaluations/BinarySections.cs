using System.Globalization;
using Pipeline.Delivery.Evaluation;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the reports show of a model of two classes: curves, decisions at the threshold, calibration.</summary>
internal static class BinarySections
{
    public static string Subject(BinaryDetail detail) => $", {Number(detail.Positives)} of them positive";

    public static string Html(EvaluationReport report, BinaryDetail detail) => $"""
        <h2>Performance on the test rows</h2>
        {BinaryPlots.Render(report, detail)}
        <h2>Decisions at the threshold {Text(detail.Threshold.ToString(CultureInfo.InvariantCulture))}</h2>
        {Table(["", "#Predicted positive", "#Predicted negative"],
        [
            ["Positive", Number(detail.Confusion.TruePositives), Number(detail.Confusion.FalseNegatives)],
            ["Negative", Number(detail.Confusion.FalsePositives), Number(detail.Confusion.TrueNegatives)],
        ])}
        <h2>Calibration</h2>
        {CalibrationForms.Table(detail.Calibration, "Share of positives")}
        """;

    public static string Markdown(BinaryDetail detail) => string.Create(CultureInfo.InvariantCulture, $"""

        ### Decisions at the threshold {detail.Threshold}
        | | Predicted positive | Predicted negative |
        |---|--:|--:|
        | Positive | {Number(detail.Confusion.TruePositives)} | {Number(detail.Confusion.FalseNegatives)} |
        | Negative | {Number(detail.Confusion.FalsePositives)} | {Number(detail.Confusion.TrueNegatives)} |

        """) + CalibrationForms.Markdown(detail.Calibration, "share of positives");
}
