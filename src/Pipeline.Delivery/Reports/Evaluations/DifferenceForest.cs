using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Metrics;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The candidate against its champions on the same rows: each difference with its interval and the margin that is allowed, each on its own scale.</summary>
internal static class DifferenceForest
{
    private const int Width = 240;
    private const int Middle = Width / 2;

    /// <summary>A sentence if nothing was compared.</summary>
    public static string Render(IReadOnlyList<GateRow> rows)
    {
        var compared = rows.Where(row => row.Difference is not null).ToList();
        return compared.Count == 0
            ? "<p>No champion was compared with: this is the first promotion, or no gate asks for it.</p>"
            : "<p>Drawn: │ no difference, ┊ the margin that is allowed, the bar the 95 % interval of the difference; the side of the margin is the worse one.</p>\n"
              + Table(["Compared", "#Candidate", "#Champion", "#Difference", "95 % interval", "Drawn", "Verdict"], compared.Select(Cells), "Differences on the same rows", rowHeader: 0);
    }

    private static string[] Cells(GateRow row)
    {
        var difference = row.Difference!;
        return
        [
            Text(row.Check),
            MetricText.Of(row.Value),
            MetricText.Of(row.Champion),
            Signed(difference.Value),
            $"{Signed(difference.Interval.Low)} to {Signed(difference.Interval.High)}",
            Drawn(difference.Value, difference.Interval, row.Bound - row.Champion),
            $"<strong class=\"{(row.Passed ? "pass" : "fail")}\">{row.OutcomeText}</strong>",
        ];
    }

    private static string Drawn(double value, ConfidenceInterval interval, double? margin)
    {
        var most = new[] { Math.Abs(interval.Low), Math.Abs(interval.High), Math.Abs(margin ?? 0), 1e-9 }.Max() * 1.1;
        string X(double at) => (Middle + (at / most * Middle)).ToString("0.#", CultureInfo.InvariantCulture);
        var allowed = margin is { } bound ? $"<path class=\"guide\" d=\"M{X(bound)} 0V20\"/>" : string.Empty;
        return $"<svg class=\"forest\" viewBox=\"0 0 {Width} 20\" aria-hidden=\"true\"><path class=\"grid\" d=\"M{Middle} 0V20\"/>{allowed}<path class=\"l1 whole\" d=\"M{X(interval.Low)} 10H{X(interval.High)}\"/><circle class=\"dot\" cx=\"{X(value)}\" cy=\"10\" r=\"4\"/></svg>";
    }

    private static string Signed(double value) => value.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture);
}
