using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics.Regression;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the reports show of a model of a number: predictions against true values, errors by prediction, how great errors are.</summary>
internal static class RegressionSections
{
    private static readonly double[] Shares = [0.5, 0.75, 0.9, 0.95, 0.99, 1];

    public static string Subject(RegressionDetail detail) =>
        $", true values from {MetricText.Of(detail.Labels.Least)} to {MetricText.Of(detail.Labels.Greatest)} with the median {MetricText.Of(detail.Labels.Median)}";

    public static string Html(EvaluationReport report, RegressionDetail detail) => $"""
        <h2>Performance on the test rows</h2>
        {RegressionPlots.Render(report, detail)}
        <h2>Absolute errors</h2>
        {Table(["Share of rows", "#Error at most", "Share, drawn"], AbsoluteErrors(detail).Select(row => new[] { Percent(row.Share), MetricText.Of(row.Error), Bar(row.Share) }), "How great errors are")}
        <h2>Errors by prediction</h2>
        <p>An error is the prediction less the true value: above 0 the model says too much.</p>
        {Table(["Prediction", "#Rows", "#5 %", "#25 %", "#Median", "#75 %", "#95 %"], detail.ErrorBands.Select(Cells), "Percentiles of the error")}
        """;

    public static string Markdown(RegressionDetail detail)
    {
        var text = new StringBuilder("\n### Absolute errors\n| Share of rows | Error at most |\n|---|--:|\n");
        foreach (var (error, share) in AbsoluteErrors(detail))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Percent(share)} | {MetricText.Of(error)} |\n");
        }

        text.Append("\n### Errors by prediction\nAn error is the prediction less the true value: above 0 the model says too much.\n\n| Prediction | Rows | 5 % | 25 % | Median | 75 % | 95 % |\n|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var band in detail.ErrorBands)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Cells(band))} |\n");
        }

        return text.ToString();
    }

    // Of few rows there is not each share: the next one that there is.
    private static IEnumerable<ErrorShare> AbsoluteErrors(RegressionDetail detail) =>
        Shares.Select(share => detail.AbsoluteErrors.First(point => point.Share >= share - 1e-9)).Distinct();

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string[] Cells(ErrorBand band) =>
    [
        $"{MetricText.Of(band.Lower)} to {MetricText.Of(band.Upper)}",
        Number(band.Rows),
        .. new[] { band.P5, band.P25, band.P50, band.P75, band.P95 }.Select(percentile => MetricText.Of(percentile)),
    ];
}
