using System.Globalization;
using System.Text;
using Pipeline.Delivery.Comparisons;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>The comparison as a comment on a pull request or a summary of a CI step: metrics, decisions, models, columns.</summary>
internal static class ComparisonMarkdown
{
    public static string Render(ModelComparison comparison)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## {Name(comparison.Name)}: {Name(comparison.This.Name)} and {Name(comparison.Other.Name)}

            {MarkdownText.Of(VisibleText.Sentence(comparison.Summary()))}

            Both answered the same {ReportHtml.Number(comparison.Rows)} test rows{ComparisonText.Subject(comparison)}.

            | {string.Join(" | ", ComparisonText.Headers(comparison).Select(Name))} |
            |---|--:|--:|--:|---|---|

            """);
        foreach (var metric in comparison.Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", ComparisonText.Cells(metric).Select(cell => metric.Outcome is ComparedOutcome.Better or ComparedOutcome.Worse && cell == metric.OutcomeText ? $"**{cell}**" : Name(cell)))} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n### {(comparison.Decisions is null ? "Answers" : "Decisions")}\n| | |\n|---|--:|\n");
        text.AppendJoin(string.Empty, ComparisonText.Decisions(comparison).Select(fact => $"| {Name(fact.What)} | {fact.Value} |\n"));
        text.Append(CultureInfo.InvariantCulture, $"\n### Models\n| | {Name(comparison.This.Name)} | {Name(comparison.Other.Name)} |\n|---|---|---|\n");
        text.AppendJoin(string.Empty, ComparisonText.Models(comparison).Select(fact => $"| {fact.What} | {Name(fact.This)} | {Name(fact.Other)} |\n"));
        text.Append("\n### Columns that differ\n");
        text.Append(comparison.Features.Count == 0 ? "None.\n" : string.Concat(comparison.Features.Select(feature => $"- {Name(feature.Name)}: {MarkdownText.Of(ComparisonText.HowItDiffers(feature))}\n")));
        text.Append("\n### Before trusting it\n").AppendJoin(string.Empty, comparison.Notes().Select(note => $"- {MarkdownText.Of(VisibleText.Sentence(note))}\n"));
        return MarkdownText.Cut(text.ToString(), MarkdownText.MaxBytes, ComparisonFiles.HtmlName);
    }

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name, 100));
}
