using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>How near predictions are to true values, where and how they err.</summary>
internal static class RegressionPlots
{
    private const double ShownErrors = 0.99;

    public static string Render(EvaluationReport report, RegressionDetail detail) =>
        $"<div class=\"plots\">\n{Pairs(report, detail.Pairs)}{Errors(report, detail)}{Normality(report, detail.Normality)}{AbsoluteErrors(report, detail.AbsoluteErrors)}</div>";

    private static string Pairs(EvaluationReport report, PairGrid pairs)
    {
        if (pairs.Outside == report.Rows)
        {
            return string.Empty;
        }

        var outside = pairs.Outside > 0 ? $" {ReportHtml.Number(pairs.Outside)} rows are beyond the axes." : string.Empty;
        return new DensityPlot("Predicted and true value, rows by colour", new PlotAxis("prediction", pairs.Low, pairs.High), new PlotAxis("true value", pairs.Low, pairs.High), pairs.Counts)
        {
            Guide = [(pairs.Low, pairs.Low), (pairs.High, pairs.High)],
            Description = $"On the dashed line the prediction is right; above it the model says too little, below it too much. R² {Value(report, RegressionMetricNames.RSquared)}.{outside}",
        }.Render();
    }

    private static string Errors(EvaluationReport report, RegressionDetail detail)
    {
        var bands = detail.ErrorBands;
        var (low, high) = (Math.Min(0, bands.Min(band => band.P5)), Math.Max(0, bands.Max(band => band.P95)));
        var x = PlotAxis.Of("prediction", Math.Max(detail.Pairs.Low, detail.Predictions.Least), Math.Min(detail.Pairs.High, detail.Predictions.Greatest));
        return new LinePlot("Errors by prediction", x, PlotAxis.Of("prediction less true value", low, high))
        {
            Series =
            [
                new PlotSeries("median", "l1", [.. bands.SelectMany(band => new[] { (band.Lower, band.P50), (band.Upper, band.P50) })]),
                new PlotSeries(string.Empty, "guide", [(x.Low, 0), (x.High, 0)]),
            ],
            Bands =
            [
                new PlotBand("25 to 75 %", "b2", [.. bands.SelectMany(band => new[] { (band.Lower, band.P25, band.P75), (band.Upper, band.P25, band.P75) })]),
                new PlotBand("5 to 95 %", "b1", [.. bands.SelectMany(band => new[] { (band.Lower, band.P5, band.P95), (band.Upper, band.P5, band.P95) })]),
            ],
            Description = $"Percentiles of the error in {bands.Count} ranges of the prediction. A good model is even about the dashed line of no error, and as narrow on the right as on the left. Bias {Value(report, RegressionMetricNames.Bias)}.",
        }.Render();
    }

    private static string Normality(EvaluationReport report, IReadOnlyList<QuantilePair> quantiles)
    {
        if (quantiles.Count == 0)
        {
            return string.Empty;
        }

        var (low, high) = (quantiles.Min(pair => Math.Min(pair.Normal, pair.Errors)), quantiles.Max(pair => Math.Max(pair.Normal, pair.Errors)));
        return new LinePlot("Errors against the normal distribution", PlotAxis.Of("normal, standard deviations", quantiles[0].Normal, quantiles[^1].Normal), PlotAxis.Of("errors, standard deviations", low, high))
        {
            Series =
            [
                new PlotSeries("errors", "l1", [.. quantiles.Select(pair => (pair.Normal, pair.Errors))]),
                new PlotSeries("were they normal", "guide", [(quantiles[0].Normal, quantiles[0].Normal), (quantiles[^1].Normal, quantiles[^1].Normal)]),
            ],
            Description = $"Were errors normal, the two lines would be one. Steeper ends are errors that are great more often. Skewness {Value(report, RegressionMetricNames.ResidualSkew)}, kurtosis less 3 {Value(report, RegressionMetricNames.ResidualKurtosis)}.",
        }.Render();
    }

    private static string AbsoluteErrors(EvaluationReport report, IReadOnlyList<ErrorShare> errors)
    {
        // The greatest may be far from all others.
        var end = errors.First(point => point.Share >= ShownErrors - 1e-9).Error;
        return new LinePlot("How great errors are", PlotAxis.Of("|error| at most", 0, end), PlotAxis.OfShares("share of rows"))
        {
            Series = [new PlotSeries("rows", "l1", [(0, 0), .. errors.TakeWhile(point => point.Error <= end).Select(point => (point.Error, point.Share))]) { IsStepped = true }],
            Description = $"Median {Value(report, RegressionMetricNames.MedianAbsoluteError)}, 90th percentile {Value(report, RegressionMetricNames.AbsoluteErrorP90)}, greatest {Value(report, RegressionMetricNames.GreatestError)}.",
        }.Render();
    }

    private static string Value(EvaluationReport report, string metric) => MetricText.Of(report.Metrics.GetValueOrDefault(metric)?.Value);
}
