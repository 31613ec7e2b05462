using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>The windows one by one, the newest first.</summary>
internal static class WindowTable
{
    /// <summary>Older ones are in drift.json: a page that lists more is not read.</summary>
    public const int MaxWindows = 31;

    public static string Render(IReadOnlyList<WindowReport> windows)
    {
        if (windows.Count == 0)
        {
            return string.Empty;
        }

        var shown = windows.Reverse().Take(MaxWindows);
        var more = windows.Count > MaxWindows ? $"<p>The newest {MaxWindows} of {windows.Count}; the others are in {DriftFiles.JsonName}.</p>\n" : string.Empty;
        var table = Table(
            ["Window", "Verdict", "#Rows", "#Counted", "#Drifted", "#Warnings", "Why"],
            shown.Select(window => new[]
            {
                $"<span class=\"time\">{Text(NumberText.Span(window.Drift.From, window.Drift.To)).Replace(" to ", "</span> <span class=\"time\">to ", StringComparison.Ordinal)}</span>",
                DriftPage.Verdict(window.Drift.Verdict),
                NumberText.Count(window.Drift.Rows),
                DriftPage.Share(window.Coverage),
                NumberText.Count(window.Drift.Subjects.Count(subject => subject.Verdict == DriftVerdict.Drift)),
                NumberText.Count(window.Drift.Subjects.Count(subject => subject.Verdict == DriftVerdict.Warn)),
                Text(VisibleText.Name(window.Drift.Reason, 160)),
            }),
            "Windows, newest first; counted: rows counted of those answered, as far as the source can tell",
            rowHeader: 0);
        return $"<h2 id=\"windows\">Windows</h2>\n{more}{table}\n";
    }
}
