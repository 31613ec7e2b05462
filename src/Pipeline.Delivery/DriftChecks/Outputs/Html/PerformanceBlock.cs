using System.Globalization;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>How the model does on the last window: as estimated without labels, with its band, and as the labels say.</summary>
internal static class PerformanceBlock
{
    public static string Render(IReadOnlyList<PerformanceEstimate> performance)
    {
        if (performance.Count == 0)
        {
            return string.Empty;
        }

        var table = Table(
            ["Metric", "#Reference", "#Estimate (low to high)", "#Realized", "#Labelled rows", "Drawn"],
            performance.Select(metric => new[]
            {
                DriftPage.Name(metric.Metric),
                NumberText.Metric(metric.Reference),
                PerformanceText.Estimate(metric),
                NumberText.Metric(metric.Realized),
                NumberText.Count(metric.LabeledRows),
                Band(metric),
            }),
            "Metrics of the last window; drawn: │ reference, bar estimate, ◆ realized, each metric on its own scale",
            rowHeader: 0);
        return $"<h2>Performance</h2>\n{table}\n<p>The estimate {Text(PerformanceEstimate.Assumption)}. Its band is three standard errors either way.</p>\n";
    }

    private static string Band(PerformanceEstimate metric)
    {
        var known = new[] { metric.Reference, metric.EstimateLow, metric.Estimate, metric.EstimateHigh, metric.Realized }.OfType<double>().ToList();
        if (known.Count == 0)
        {
            return NumberText.None;
        }

        var (least, width) = (known.Min(), Math.Max(known.Max() - known.Min(), double.Epsilon));
        string At(double value) => (5 + ((value - least) / width * 90)).ToString("0.#", CultureInfo.InvariantCulture) + "%";
        var band = metric is { EstimateLow: { } low, EstimateHigh: { } high } ? $"<line class=\"b\" x1=\"{At(low)}\" x2=\"{At(high)}\" y1=\"12\" y2=\"12\"/>" : string.Empty;
        var reference = metric.Reference is { } was ? $"<text class=\"m\" x=\"{At(was)}\" y=\"12\">│</text>" : string.Empty;
        var realized = metric.Realized is { } is_ ? $"<text class=\"m\" x=\"{At(is_)}\" y=\"12\">◆</text>" : string.Empty;
        return $"<svg class=\"band\" role=\"img\" height=\"24\"><title>{Text(VisibleText.Name(metric.Metric))}: reference {NumberText.Metric(metric.Reference)}, estimate {PerformanceText.Estimate(metric)}, realized {NumberText.Metric(metric.Realized)}</title><line class=\"a\" x1=\"0\" x2=\"100%\" y1=\"12\" y2=\"12\"/>{band}{reference}{realized}</svg>";
    }
}
