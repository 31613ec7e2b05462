using System.Globalization;
using System.Text;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>Adjusted PSI of subjects by windows. Every cell has its number, and a mark if something is wrong: the shade only repeats them.</summary>
internal static class WindowHeatMap
{
    private const string Caption = "Adjusted PSI, window by window, oldest first; ▲ drift, ◆ warning, ○ too few rows to say";

    public static string Render(IReadOnlyList<WindowReport> windows, DriftPolicy policy)
    {
        if (windows.Count < 2)
        {
            return string.Empty;
        }

        var shown = windows.TakeLast(WindowTable.MaxWindows).Select(window => window.Drift).ToList();
        var bySubject = shown.Select(window => window.Subjects.GroupBy(KeyOf).ToDictionary(group => group.Key, group => group.First())).ToList();

        // What drifted some windows ago and does so no more belongs here, too.
        var worst = shown.SelectMany(window => window.Subjects).GroupBy(KeyOf)
            .Select(group => (group.Key, Verdict: group.Max(subject => WorstFirst.Weight(subject.Verdict)), Psi: group.Max(subject => subject.Effect?.AdjustedPsi ?? double.NegativeInfinity)))
            .OrderByDescending(row => row.Verdict)
            .ThenByDescending(row => row.Psi)
            .ThenBy(row => row.Key.Name, StringComparer.Ordinal)
            .ToList();
        var html = new StringBuilder($"<h2>Subjects by windows</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Caption}\"><table class=\"heat\"><caption>{Caption}");
        if (worst.Count > DriftPage.MaxDetails)
        {
            html.Append(CultureInfo.InvariantCulture, $"; the {DriftPage.MaxDetails} worst of {worst.Count}");
        }

        html.Append("</caption><thead><tr><th scope=\"col\">Subject</th>").AppendJoin(string.Empty, shown.Select(Header)).Append("</tr></thead><tbody>\n");
        foreach (var (key, _, _) in worst.Take(DriftPage.MaxDetails))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{DriftPage.Name(key.Name)}</th>");
            html.AppendJoin(string.Empty, bySubject.Select(subjects => Cell(subjects.GetValueOrDefault(key), policy))).Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    private static (SubjectKind Kind, string Name) KeyOf(SubjectDrift subject) => (subject.Kind, subject.Name);

    private static string Header(WindowDrift window)
    {
        var start = window.From?.UtcDateTime;
        return $"<th scope=\"col\">{(start is null ? "–" : start.Value.ToString("MM-dd'<br/>'HH:mm", CultureInfo.InvariantCulture))}</th>";
    }

    private static string Cell(SubjectDrift? subject, DriftPolicy policy)
    {
        if (subject is null)
        {
            return "<td>–</td>";
        }

        var psi = subject.Effect?.AdjustedPsi;
        var mark = subject.Verdict == DriftVerdict.Ok ? string.Empty : $" {VerdictText.Mark(subject.Verdict)}";
        var level = Level(psi, policy);
        return $"<td{(level == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" class=\"h{level}\""))}>{Short(psi)}{mark}</td>";
    }

    private static int Level(double? psi, DriftPolicy policy) => psi switch
    {
        null => 0,
        var value when value >= 2 * policy.DriftPsi => 4,
        var value when value >= policy.DriftPsi => 3,
        var value when value >= policy.WarnPsi => 2,
        var value when value >= policy.WarnPsi / 2 => 1,
        _ => 0,
    };

    // Adjusted PSI below 0 is chance: it means 0 here.
    private static string Short(double? psi) => psi is { } value ? Math.Max(value, 0).ToString("0.00", CultureInfo.InvariantCulture) : NumberText.None;
}
