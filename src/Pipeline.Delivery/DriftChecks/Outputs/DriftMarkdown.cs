using System.Globalization;
using System.Text;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>The report as a comment on an issue or a summary of a CI step: the verdict and why, the table worst first, what is known of the model's performance, notes.</summary>
internal static class DriftMarkdown
{
    public const int MaxBytes = MarkdownText.MaxBytes;

    // For what follows the table, with room for the sentence that says how much was left out.
    private const int MaxTailBytes = 20_000;
    private const int MaxNotes = 20;
    private const int MaxMetrics = 20;

    public static string Render(DriftReport report)
    {
        var window = report.Windows.Count == 0 ? null : report.Windows[^1];
        var tail = MarkdownText.Cut(Tail(report, window), MaxTailBytes, DriftFiles.HtmlName);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## {VerdictText.Mark(report.Verdict)} Drift of {Name(report.Model)}: {VerdictText.Word(report.Verdict).ToUpperInvariant()}

            {MarkdownText.Of(VisibleText.Sentence(report.Reason))}

            Package `{Code(report.Version)}`{(report.Stage is null ? "" : $" of stage {Name(report.Stage)}")}, compared with rows from {MarkdownText.Of(VisibleText.Sentence(report.Source))}.
            """);
        if (window is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" The last of {report.Windows.Count} windows, {NumberText.Span(window.Drift.From, window.Drift.To)}, has {NumberText.Count(window.Drift.Rows)} rows.\n\n");
            AppendTable(text, WorstFirst.Order(window.Drift.Subjects), MaxBytes - Encoding.UTF8.GetByteCount(tail));
        }
        else
        {
            text.Append('\n');
        }

        return text.Append(tail).ToString();
    }

    private static void AppendTable(StringBuilder text, IReadOnlyList<SubjectDrift> subjects, int maxBytes)
    {
        text.Append("| Subject | Verdict | Adjusted PSI | p | n | m | Moved most |\n|---|---|--:|--:|--:|--:|---|\n");
        var bytes = Encoding.UTF8.GetByteCount(text.ToString());
        foreach (var (index, subject) in subjects.Index())
        {
            var row = Row(subject);
            var left = $"\n{subjects.Count - index} more subjects, none of them worse than these, are in `{DriftFiles.HtmlName}` and `{DriftFiles.JsonName}`.\n";
            bytes += Encoding.UTF8.GetByteCount(row);
            if (bytes + Encoding.UTF8.GetByteCount(left) > maxBytes)
            {
                text.Append(left);
                return;
            }

            text.Append(row);
        }
    }

    private static string Row(SubjectDrift subject)
    {
        string[] cells =
        [
            Name(subject.Name) + (subject.IsCritical ? " (critical)" : ""),
            $"{VerdictText.Mark(subject.Verdict)} {VerdictText.Word(subject.Verdict)}",
            NumberText.Psi(subject.Effect?.AdjustedPsi),
            MarkdownText.Of(NumberText.PValue(subject.Test?.AdjustedPValue)),
            NumberText.Count(subject.ReferenceRows),
            NumberText.Count(subject.CurrentRows),
            MarkdownText.Of(MovedMost.Of(subject)),
        ];
        return $"| {string.Join(" | ", cells)} |\n";
    }

    private static string Tail(DriftReport report, WindowReport? window)
    {
        var text = new StringBuilder("\nn: rows of the reference; m: rows of the window; p after Benjamini and Hochberg.\n");
        var rates = WorstFirst.Rates(window?.Drift.Subjects ?? []);
        if (rates.Count > 0)
        {
            text.Append("\n### Rates\n");
            foreach (var (subject, rate) in rates.Take(MaxNotes))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {VerdictText.Mark(rate.Verdict)} {Name(subject.Name)}, {VerdictText.Phrase(rate.State)}: {MarkdownText.Of($"{NumberText.Percent(rate.ReferenceRate)} → {NumberText.Percent(rate.CurrentRate)}, p {NumberText.PValue(rate.Test.AdjustedPValue)}")}\n");
            }
        }

        if (window is { Performance.Count: > 0 })
        {
            text.Append("\n### Performance\n| Metric | Reference | Estimate without labels | Realized | Labelled rows |\n|---|--:|--:|--:|--:|\n");
            foreach (var metric in window.Performance.Take(MaxMetrics))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Name(metric.Metric)} | {NumberText.Metric(metric.Reference)} | {PerformanceText.Estimate(metric)} | {NumberText.Metric(metric.Realized)} | {NumberText.Count(metric.LabeledRows)} |\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"\nThe estimate {PerformanceEstimate.Assumption}.\n");
        }

        var notes = report.Notes.Concat(window?.Notes ?? []).ToList();
        if (notes.Count > 0)
        {
            text.Append("\n### Notes\n");
            foreach (var note in notes.Take(MaxNotes))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {MarkdownText.Of(VisibleText.Sentence(note))}\n");
            }

            if (notes.Count > MaxNotes)
            {
                text.Append(CultureInfo.InvariantCulture, $"- {notes.Count - MaxNotes} more notes are in `{DriftFiles.HtmlName}`.\n");
            }
        }

        return text.ToString();
    }

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name));

    private static string Code(string text) => VisibleText.Name(text).Replace('`', '\'');
}
