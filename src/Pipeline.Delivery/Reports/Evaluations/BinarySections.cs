using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics.Binary;
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
        {Table(["Probability", "#Rows", "#Mean probability", "#Share of positives", "Share of positives, drawn"], detail.Calibration.Select(CalibrationCells))}
        """;

    public static string Markdown(BinaryDetail detail) => string.Create(CultureInfo.InvariantCulture, $"""

        ### Decisions at the threshold {detail.Threshold}
        | | Predicted positive | Predicted negative |
        |---|--:|--:|
        | Positive | {Number(detail.Confusion.TruePositives)} | {Number(detail.Confusion.FalseNegatives)} |
        | Negative | {Number(detail.Confusion.FalsePositives)} | {Number(detail.Confusion.TrueNegatives)} |

        """) + CalibrationMarkdown.Render(detail.Calibration, "share of positives");

    private static string[] CalibrationCells(CalibrationBin bin) =>
    [
        $"{Number(bin.Lower)} to {Number(bin.Upper)}",
        Number(bin.Rows),
        MetricText.Of(bin.MeanProbability),
        MetricText.Of(bin.PositiveShare),
        $"<span class=\"bar\" style=\"width:{(bin.PositiveShare * 100).ToString("0.0", CultureInfo.InvariantCulture)}%\"></span>",
    ];
}
