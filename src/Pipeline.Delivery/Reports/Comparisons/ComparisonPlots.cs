using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>Both models in one plot each: ROC and calibration.</summary>
internal static class ComparisonPlots
{
    // Two names share the width of a plot's legend.
    private const int NameWidth = 24;

    /// <summary>A sentence if there are rows of one class only.</summary>
    public static string Render(ModelComparison comparison) =>
        comparison.Positives == 0 || comparison.Positives == comparison.Rows
            ? "<p>There are rows of one class only, so that there is nothing to draw.</p>"
            : $"<div class=\"plots\">\n{Roc(comparison)}{Calibration(comparison)}</div>";

    private static string Roc(ModelComparison comparison)
    {
        var (positives, negatives) = ((double)comparison.Positives, (double)(comparison.Rows - comparison.Positives));
        PlotSeries Line(ComparedModel model, string style, AnswerCurves curves) =>
            new(VisibleText.Name(model.Name, NameWidth), style, [(0, 0), .. curves.Curve.Select(point => (point.FalsePositives / negatives, point.TruePositives / positives))]);
        return new LinePlot("ROC curves", PlotAxis.OfShares("false positive rate"), PlotAxis.OfShares("true positive rate"))
        {
            Series =
            [
                Line(comparison.This, "l1", comparison.ThisCurves),
                Line(comparison.Other, "l2", comparison.OtherCurves),
                new PlotSeries(string.Empty, "guide", [(0, 0), (1, 1)]),
            ],
            Description = $"Area {Values(comparison, BinaryMetricNames.RocAuc)}. The dashed diagonal is chance.",
        }.Render();
    }

    private static string Calibration(ModelComparison comparison)
    {
        PlotSeries Line(ComparedModel model, string style, AnswerCurves curves) =>
            new(VisibleText.Name(model.Name, NameWidth), style, [.. curves.Calibration.Select(bin => (bin.MeanProbability, bin.PositiveShare))])
            {
                HasDots = true,
                Intervals = [.. curves.Calibration.Select(bin => Wilson.Interval((long)Math.Round(bin.PositiveShare * bin.Rows), bin.Rows)).Select(interval => (interval.Low, interval.High))],
            };
        return new LinePlot("Calibration, with 95 % intervals", PlotAxis.OfShares("probability that the model says"), PlotAxis.OfShares("share of positives"))
        {
            Series =
            [
                Line(comparison.This, "l1", comparison.ThisCurves),
                Line(comparison.Other, "l2", comparison.OtherCurves),
                new PlotSeries(string.Empty, "guide", [(0, 0), (1, 1)]),
            ],
            Description = $"Expected calibration error {Values(comparison, BinaryMetricNames.CalibrationError)}. Below the dashed diagonal a model says too much, above it too little.",
        }.Render();
    }

    private static string Values(ModelComparison comparison, string name)
    {
        var metric = comparison.Metrics.FirstOrDefault(metric => metric.Name == name);
        return $"{MetricText.Of(metric?.This)} ({comparison.This.Name}) and {MetricText.Of(metric?.Other)} ({comparison.Other.Name})";
    }
}
