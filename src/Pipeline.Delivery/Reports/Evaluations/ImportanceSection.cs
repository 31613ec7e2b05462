using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the candidate loses when a feature tells it nothing.</summary>
internal static class ImportanceSection
{
    private const int MaxFeatures = 40;

    public static string Html(EvaluationReport report)
    {
        var importance = report.Importance;
        if (importance.Count == 0)
        {
            return "<h2>Importance of features</h2>\n<p>It is not defined on these rows.</p>";
        }

        var shown = importance.Take(MaxFeatures).ToList();
        var intervals = shown.Select(feature => feature.Interval).OfType<ConfidenceInterval>().ToList();
        var (low, high) = (Math.Min(0, intervals.Select(interval => interval.Low).DefaultIfEmpty().Min()), intervals.Select(interval => interval.High).DefaultIfEmpty(1).Max());
        return $"""
            <h2>Importance of features</h2>
            <p>{PermutationImportance.Meaning(report.Task)} Of features that tell the same each seems less important than both are. Drawn: ┊ nothing.{(importance.Count > MaxFeatures ? $" The first {MaxFeatures} of {Number(importance.Count)}." : string.Empty)}</p>
            {Table(["Feature", "#Loss", "~95 % interval", "Drawn"], shown.Select(Cells), "Permutation importance", rowHeader: 0)}
            """;

        string[] Cells(FeatureImportance feature) =>
        [
            Text(VisibleText.Name(feature.Feature)),
            MetricText.Of(feature.Loss),
            MetricText.Of(feature.Interval),
            feature.Interval is { } interval ? IntervalBar.Render(feature.Loss, interval, low, high, 0) : "–",
        ];
    }
}
