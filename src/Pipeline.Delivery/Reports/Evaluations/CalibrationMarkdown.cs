using System.Globalization;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>Calibration as a chart that GitHub draws.</summary>
internal static class CalibrationMarkdown
{
    /// <param name="bins">Those with rows.</param>
    /// <param name="happened">What the bars are of.</param>
    /// <returns>Nothing for less than two bins: it takes two to make a line.</returns>
    public static string Render(IReadOnlyList<CalibrationBin> bins, string happened) => bins.Count < 2 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"""

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
}
