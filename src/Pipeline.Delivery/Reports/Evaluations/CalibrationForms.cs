using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the model says against what happened: as a plot, as a table and as Markdown.</summary>
internal static class CalibrationForms
{
    /// <param name="bins">Those with rows.</param>
    /// <param name="probability">Of what the model says.</param>
    /// <param name="happened">What the share is of.</param>
    /// <param name="error">The expected calibration error, as text.</param>
    public static string Plot(IReadOnlyList<CalibrationBin> bins, string probability, string happened, string error) => new LinePlot("Calibration, with 95 % intervals", PlotAxis.OfShares(probability), PlotAxis.OfShares(happened))
    {
        Series =
        [
            new PlotSeries("model", "l1", [.. bins.Select(bin => (bin.MeanProbability, bin.PositiveShare))])
            {
                HasDots = true,
                Intervals = [.. bins.Select(bin => Wilson.Interval((long)Math.Round(bin.PositiveShare * bin.Rows), bin.Rows)).Select(interval => (interval.Low, interval.High))],
            },
            new PlotSeries(string.Empty, "guide", [(0, 0), (1, 1)]),
        ],
        Description = $"Expected calibration error {error}. Below the dashed line the model says too much, above it too little.",
    }.Render();

    /// <param name="bins">Those with rows.</param>
    /// <param name="happened">What the share is of, with a capital.</param>
    public static string Table(IReadOnlyList<CalibrationBin> bins, string happened) =>
        ReportHtml.Table(["Probability", "#Rows", "#Mean probability", $"#{happened}", $"{happened}, drawn"], bins.Select(Cells));

    /// <summary>A chart that GitHub draws.</summary>
    /// <param name="bins">Those with rows.</param>
    /// <param name="happened">What the bars are of.</param>
    /// <returns>Nothing for less than two bins: it takes two to make a line.</returns>
    public static string Markdown(IReadOnlyList<CalibrationBin> bins, string happened) => bins.Count < 2 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"""

        ### Calibration
        Bars: what happened. Line: what the model said. Rows a bin: {string.Join(", ", bins.Select(bin => ReportHtml.Number(bin.Rows)))}.

        ```mermaid
        xychart-beta
          x-axis "probability" [{string.Join(", ", bins.Select(bin => string.Create(CultureInfo.InvariantCulture, $"\"{bin.Lower:0.0}–{bin.Upper:0.0}\"")))}]
          y-axis "{happened}" 0 --> 1
          bar [{string.Join(", ", bins.Select(bin => bin.PositiveShare.ToString("0.####", CultureInfo.InvariantCulture)))}]
          line [{string.Join(", ", bins.Select(bin => bin.MeanProbability.ToString("0.####", CultureInfo.InvariantCulture)))}]
        ```

        """);

    private static string[] Cells(CalibrationBin bin) =>
    [
        $"{ReportHtml.Number(bin.Lower)} to {ReportHtml.Number(bin.Upper)}",
        ReportHtml.Number(bin.Rows),
        MetricText.Of(bin.MeanProbability),
        MetricText.Of(bin.PositiveShare),
        ReportHtml.Bar(bin.PositiveShare),
    ];
}
