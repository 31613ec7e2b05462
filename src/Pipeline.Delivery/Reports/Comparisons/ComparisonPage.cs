using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Reports.Plots;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>The comparison as compare.html: one offline file, no script. What differs beyond chance comes first, then how, then what the two models are.</summary>
internal static class ComparisonPage
{
    private const char NoBreak = '\u00A0';

    private static readonly string EvaluationStyle = Resource("evaluation.css");

    public static string Render(ModelComparison comparison)
    {
        var (name, one, other) = (comparison.Name, comparison.This.Name, comparison.Other.Name);
        return Page($"{name}: {one} and {other}", Style + EvaluationStyle, $"""
            <h1>{Text(name)}: {Text(one)} and {Text(other)}</h1>
            <p>Both answered the same {Number(comparison.Rows)} test rows{ComparisonText.Subject(comparison)}. Nothing is judged here; that is what gates are for.</p>
            <div class="verdict">
            <p>{Text(comparison.Summary())}</p>
            </div>
            <h2>Metrics</h2>
            <p>Differences are {Text(one)} less {Text(other)}, row by row. Drawn, each on its own scale: │ no difference, the bar the 95 % interval; to the right is greater, and the colour says whether that is better.</p>
            {Table(["Metric", $"{one} is", $"#{one}", $"#{other}", "#Difference", "#95 % interval", "Drawn"], comparison.Metrics.Select(MetricCells), "Metrics of both on the same rows", rowHeader: 0)}
            {ComparisonPlots.Render(comparison)}
            <h2>{(comparison.Decisions is null ? "Answers" : "Decisions")}</h2>
            {Table(["What", "Value"], ComparisonText.Decisions(comparison).Select(fact => new[] { Text(fact.What), fact.Value }), "What both say of the same rows", rowHeader: 0)}
            <h2>Models</h2>
            {Table(["", one, other], ComparisonText.Models(comparison).Select(fact => new[] { Text(fact.What), Text(fact.This), Text(fact.Other) }), "What the two models are", rowHeader: 0)}
            <h2>Columns that differ</h2>
            {(comparison.Features.Count == 0 ? "<p>None: both take the same columns with the same categories.</p>" : Table(["Column", "How"], comparison.Features.Select(FeatureCells), "Columns that differ", rowHeader: 0))}
            <h2>Before trusting it</h2>
            <ul>
            {string.Join('\n', comparison.Notes().Select(note => $"<li>{Text(note)}</li>"))}
            <li>Intervals are as if rows were independent of each other.</li>
            </ul>

            """);
    }

    // The outcome comes second: on a phone it is seen without scrolling.
    private static string[] MetricCells(ComparedMetric metric)
    {
        var style = metric.Outcome switch
        {
            ComparedOutcome.Better => "pass",
            ComparedOutcome.Worse => "fail",
            _ => null,
        };
        var cells = ComparisonText.Cells(metric);
        return
        [
            Text(cells[0]),
            style is null ? metric.OutcomeText.Replace(' ', NoBreak) : $"<strong class=\"{style}\">{metric.OutcomeText}</strong>",
            .. cells.Skip(1).SkipLast(1),
            metric.Difference is { } difference ? $"<div class=\"{style}\">{DifferenceBar.Render(difference.Value, difference.Interval)}</div>" : "–",
        ];
    }

    private static string[] FeatureCells(FeatureDifference feature) => [Text(VisibleText.Name(feature.Name)), Text(ComparisonText.HowItDiffers(feature))];
}
