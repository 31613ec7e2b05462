using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Reports.Plots;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The candidate against its champions on the same rows: each difference with its interval and the margin that is allowed, each on its own scale.</summary>
internal static class DifferenceForest
{
    /// <summary>A sentence if nothing was compared.</summary>
    public static string Render(IReadOnlyList<GateRow> rows)
    {
        var compared = rows.Where(row => row.Difference is not null).ToList();
        return compared.Count == 0
            ? "<p>No champion was compared with: this is the first promotion, or no gate asks for it.</p>"
            : "<p>Drawn: │ no difference, ┊ the margin that is allowed, the bar the 95 % interval of the difference; the side of the margin is the worse one.</p>\n"
              + Table(["Compared", "#Candidate", "#Champion", "#Difference", "~95 % interval", "Drawn", "Verdict"], compared.Select(Cells), "Differences on the same rows", rowHeader: 0);
    }

    private static string[] Cells(GateRow row)
    {
        var difference = row.Difference!;
        return
        [
            Text(row.Check),
            MetricText.Of(row.Value),
            MetricText.Of(row.Champion),
            DifferenceText.Of(difference.Value),
            DifferenceText.Of(difference.Interval),
            DifferenceBar.Render(difference.Value, difference.Interval, row.Bound - row.Champion),
            $"<strong class=\"{(row.Passed ? "pass" : "fail")}\">{row.OutcomeText}</strong>",
        ];
    }
}
