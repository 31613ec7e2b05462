using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>How well the candidate tells the classes apart, and how well it knows: ROC, precision and recall, thresholds, probabilities by class, calibration.</summary>
internal static class BinaryPlots
{
    /// <summary>Nothing if there are rows of one class only.</summary>
    public static string Render(EvaluationReport report, BinaryDetail detail)
    {
        var (positives, negatives) = ((double)detail.Positives, (double)(report.Rows - detail.Positives));
        if (positives == 0 || negatives == 0 || detail.Curve.Count == 0)
        {
            return "<p>There are rows of one class only, so that there is nothing to draw.</p>";
        }

        return $"<div class=\"plots\">\n{Roc(report, detail, positives, negatives)}{PrecisionRecall(report, detail, positives)}{Thresholds(report, detail, positives)}{Scores(detail, positives, negatives)}{CalibrationForms.Plot(detail.Calibration, "probability that the model says", "share of positives", Value(report, BinaryMetricNames.CalibrationError))}</div>";
    }

    private static string Roc(EvaluationReport report, BinaryDetail detail, double positives, double negatives)
    {
        var confusion = detail.Confusion;
        var (falseRate, trueRate) = (confusion.FalsePositives / negatives, confusion.TruePositives / positives);
        return new LinePlot("ROC curve", PlotAxis.OfShares("false positive rate"), PlotAxis.OfShares("true positive rate"))
        {
            Series =
            [
                new PlotSeries("model", "l1", [(0, 0), .. detail.Curve.Select(point => (point.FalsePositives / negatives, point.TruePositives / positives))]),
                new PlotSeries(string.Empty, "guide", [(0, 0), (1, 1)]),
            ],
            Mark = new PlotMark(falseRate, trueRate, ThresholdText(detail)),
            Description = $"At the chosen threshold {Share(trueRate)} of positives are found and {Share(falseRate)} of negatives are taken for positive; area {Value(report, BinaryMetricNames.RocAuc)}. The dashed line is chance.",
        }.Render();
    }

    private static string PrecisionRecall(EvaluationReport report, BinaryDetail detail, double positives)
    {
        var rate = positives / report.Rows;
        var confusion = detail.Confusion;
        return new LinePlot("Precision and recall", PlotAxis.OfShares("recall"), PlotAxis.OfShares("precision"))
        {
            Series =
            [
                new PlotSeries("model", "l1", [.. detail.Curve.Select(point => (point.TruePositives / positives, Precision(point)))]),
                new PlotSeries(string.Empty, "guide", [(0, rate), (1, rate)]),
            ],
            Mark = confusion.Precision is { } precision && confusion.Recall is { } recall ? new PlotMark(recall, precision, ThresholdText(detail)) : null,
            Description = $"Average precision {Value(report, BinaryMetricNames.AveragePrecision)}. The dashed line is chance: {Share(rate)} of rows are positive.",
        }.Render();
    }

    private static string Thresholds(EvaluationReport report, BinaryDetail detail, double positives) => new LinePlot("What each threshold gives", PlotAxis.OfShares("threshold"), PlotAxis.OfShares("share"))
    {
        Series =
        [
            new PlotSeries("precision", "l1", [.. detail.Curve.Select(point => (point.Threshold, Precision(point)))]),
            new PlotSeries("recall", "l2", [.. detail.Curve.Select(point => (point.Threshold, point.TruePositives / positives))]),
            new PlotSeries("F1", "l3", [.. detail.Curve.Select(point => (point.Threshold, 2.0 * point.TruePositives / (point.TruePositives + point.FalsePositives + positives)))]),
            new PlotSeries("called positive", "l4", [.. detail.Curve.Select(point => (point.Threshold, (double)(point.TruePositives + point.FalsePositives) / report.Rows))]),
        ],
        Cut = detail.Threshold,
        Description = $"The vertical line is the chosen threshold {detail.Threshold.ToString(CultureInfo.InvariantCulture)}: precision {Value(report, BinaryMetricNames.Precision)}, recall {Value(report, BinaryMetricNames.Recall)}, F1 {Value(report, BinaryMetricNames.F1)}.",
    }.Render();

    private static string Scores(BinaryDetail detail, double positives, double negatives)
    {
        var most = detail.Scores.Max(bin => Math.Max(bin.Positives / positives, bin.Negatives / negatives));
        return new LinePlot("Probabilities by class", PlotAxis.OfShares("probability"), PlotAxis.OfShares("share of the class's rows", Math.Ceiling(most * 20) / 20))
        {
            Series =
            [
                new PlotSeries("positive rows", "l1", [.. detail.Scores.Select(bin => (bin.Lower, bin.Positives / positives)), (1, 0)]) { IsStepped = true },
                new PlotSeries("negative rows", "l2", [.. detail.Scores.Select(bin => (bin.Lower, bin.Negatives / negatives)), (1, 0)]) { IsStepped = true },
            ],
            Cut = detail.Threshold,
            Description = $"Where the two lines overlap the model cannot tell the classes apart. The vertical line is the threshold {detail.Threshold.ToString(CultureInfo.InvariantCulture)}.",
        }.Render();
    }

    private static double Precision(ThresholdPoint point) => (double)point.TruePositives / (point.TruePositives + point.FalsePositives);

    private static string ThresholdText(BinaryDetail detail) => $"threshold {detail.Threshold.ToString(CultureInfo.InvariantCulture)}";

    private static string Value(EvaluationReport report, string metric) => MetricText.Of(report.Metrics.GetValueOrDefault(metric)?.Value);

    private static string Share(double value) => (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
