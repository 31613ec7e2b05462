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

    /// <summary>With its heading; nothing if the models are not of two classes, a sentence if the rows are of one only.</summary>
    public static string Render(ModelComparison comparison)
    {
        if (comparison is not { Positives: { } positives, ThisCurves: { } one, OtherCurves: { } other })
        {
            return string.Empty;
        }

        return "<h2>Curves</h2>\n" + (positives == 0 || positives == comparison.Rows
            ? "<p>There are rows of one class only, so that there is nothing to draw.</p>"
            : $"<div class=\"plots\">\n{Roc(comparison, positives, one, other)}{Calibration(comparison, one, other)}</div>");
    }

    private static string Roc(ModelComparison comparison, double positives, AnswerCurves one, AnswerCurves other)
    {
        var negatives = comparison.Rows - positives;
        PlotSeries Line(ComparedModel model, string style, AnswerCurves curves) =>
            new(VisibleText.Name(model.Name, NameWidth), style, [(0, 0), .. curves.Curve.Select(point => (point.FalsePositives / negatives, point.TruePositives / positives))]);
        return new LinePlot("ROC curves", PlotAxis.OfShares("false positive rate"), PlotAxis.OfShares("true positive rate"))
        {
            Series =
            [
                Line(comparison.This, "l1", one),
                Line(comparison.Other, "l2", other),
                new PlotSeries(string.Empty, "guide", [(0, 0), (1, 1)]),
            ],
            Description = $"Area {Values(comparison, BinaryMetricNames.RocAuc)}. The dashed diagonal is chance.",
        }.Render();
    }

    private static string Calibration(ModelComparison comparison, AnswerCurves one, AnswerCurves other)
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
                Line(comparison.This, "l1", one),
                Line(comparison.Other, "l2", other),
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
