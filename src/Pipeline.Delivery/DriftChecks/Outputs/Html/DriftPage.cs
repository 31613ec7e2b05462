using System.Text;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>
/// drift.html: one offline file without a script that says first whether there is drift and which row decided, then everything that the verdict rests on, also where nothing is
/// wrong. Its size depends on the number of features, not of rows.
/// </summary>
internal static class DriftPage
{
    /// <summary>So many subjects are shown bin by bin, the worst; the table has all.</summary>
    public const int MaxDetails = 40;

    /// <summary>Rows of the table link to the details and are linked to by the verdict: this and the place in <see cref="WorstFirst"/>.</summary>
    public const string RowId = "row";

    public const string DetailId = "detail";

    private const int MaxRates = 40;
    private const int MaxNotes = 100;

    private static readonly string PageStyle = Style + Resource("drift.css");

    /// <param name="report">What was found.</param>
    /// <param name="command">What makes the report again.</param>
    public static string Render(DriftReport report, string command)
    {
        var window = report.Windows.Count == 0 ? null : report.Windows[^1];
        var subjects = WorstFirst.Order(window?.Drift.Subjects ?? []);
        var word = VerdictText.Word(report.Verdict);
        var body = new StringBuilder()
            .Append($"""
                <h1>Drift of {Name(report.Model)}</h1>
                <p class="facts">{Facts(report, window)}</p>
                <div class="verdict {word}">
                <strong>{VerdictText.Mark(report.Verdict)} {word.ToUpperInvariant()}</strong>
                <p>{Sentence(report.Reason)}{DecidingLink(report, subjects)}</p>
                </div>

                """)
            .Append(SubjectTable.Render(subjects, report.Policy))
            .Append(Rates(subjects))
            .Append(window is null ? string.Empty : PerformanceBlock.Render(window.Performance))
            .Append(WindowTable.Render(report.Windows))
            .Append(WindowHeatMap.Render(report.Windows, report.Policy))
            .Append(ImportancePlot.Render(subjects, report.Importance, report.Policy))
            .Append(SubjectDetails.Render([.. subjects.Take(MaxDetails)], subjects.Count))
            .Append(Notes([.. report.Notes, .. window?.Notes ?? []]))
            .Append(Definitions.Render(report.Policy))
            .Append($"<h2>To reproduce</h2>\n<p><code>{Text(VisibleText.Of(command))}</code></p>\n");
        return Page($"Drift of {VisibleText.Name(report.Model)}: {word}", PageStyle, body.ToString());
    }

    /// <summary>A name as HTML: cut, and apart from the direction of what stands around it.</summary>
    public static string Name(string name) => $"<bdi>{Text(VisibleText.Name(name))}</bdi>";

    /// <summary>Its mark and word; only those that need attention stand out.</summary>
    public static string Verdict(DriftVerdict verdict) => verdict == DriftVerdict.Ok
        ? $"{VerdictText.Mark(verdict)} {VerdictText.Word(verdict)}"
        : $"<strong class=\"{VerdictText.Word(verdict)}\">{VerdictText.Mark(verdict)} {VerdictText.Word(verdict)}</strong>";

    /// <summary>A share as HTML: small ones are written with a sign that HTML has for itself.</summary>
    public static string Share(double? share) => Text(NumberText.Percent(share));

    private static string Sentence(string text) => Text(VisibleText.Sentence(text));

    private static string Facts(DriftReport report, WindowReport? window)
    {
        var facts = new List<string> { $"Package <code>{Text(VisibleText.Name(report.Version))}</code> (<code>{Text(VisibleText.Name(report.PackageDigest, 80))}</code>)" };
        if (report.Stage is not null)
        {
            facts.Add($"stage {Name(report.Stage)}");
        }

        if (window is not null)
        {
            facts.Add($"{NumberText.Span(window.Drift.From, window.Drift.To)}, {NumberText.Count(window.Drift.Rows)} rows");
        }

        return string.Join("; ", [.. facts, $"from {Sentence(report.Source)}", $"checked {NumberText.Time(report.CheckedAt)}"]);
    }

    // The verdict may come from the windows before: then no row of the last one has decided.
    private static string DecidingLink(DriftReport report, IReadOnlyList<SubjectDrift> worstFirst)
    {
        if (report.Verdict == DriftVerdict.Ok || report.Windows.Count == 0)
        {
            return string.Empty;
        }

        return worstFirst.Count > 0 && worstFirst[0].Verdict == report.Verdict
            ? $" <a href=\"#{RowId}0\">The row that decided: {Name(worstFirst[0].Name)}</a>"
            : " <a href=\"#windows\">The windows that decided</a>";
    }

    private static string Rates(IReadOnlyList<SubjectDrift> subjects)
    {
        var rates = WorstFirst.Rates(subjects);
        if (rates.Count == 0)
        {
            return string.Empty;
        }

        var more = rates.Count > MaxRates ? $"<p>{rates.Count - MaxRates} more are in {DriftFiles.JsonName}.</p>\n" : string.Empty;
        var table = Table(
            ["Subject", "Rows that are", "Verdict", "#Reference", "#Window", "#p (adjusted)"],
            rates.Take(MaxRates).Select(row => new[]
            {
                Name(row.Subject.Name),
                VerdictText.Phrase(row.Rate.State),
                Verdict(row.Rate.Verdict),
                $"{Share(row.Rate.ReferenceRate)} ({NumberText.Count(row.Rate.Reference)})",
                $"{Share(row.Rate.CurrentRate)} ({NumberText.Count(row.Rate.Current)})",
                Text(NumberText.PValue(row.Rate.Test.AdjustedPValue)),
            }),
            "Shares of rows, with their numbers",
            rowHeader: 0);
        return $"<h2>Missing, unseen and out of range</h2>\n{table}\n{more}";
    }

    private static string Notes(IReadOnlyList<string> notes)
    {
        var items = string.Concat(notes.Take(MaxNotes).Select(note => $"<li>{Sentence(note)}</li>\n"));
        var more = notes.Count > MaxNotes ? $"<li>{notes.Count - MaxNotes} more notes are in {DriftFiles.JsonName}.</li>\n" : string.Empty;
        return notes.Count == 0 ? string.Empty : $"<h2>Notes</h2>\n<ul>\n{items}{more}</ul>\n";
    }
}
