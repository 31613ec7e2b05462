using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Baselines;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What trivial models reach on the same rows: how much of the candidate's metrics anyone could have had.</summary>
internal static class BaselineSection
{
    /// <summary>Nothing if there are none.</summary>
    public static string Html(EvaluationReport report)
    {
        if (report.Baselines.Count == 0)
        {
            return string.Empty;
        }

        var metrics = MetricText.HeadlinesOf(report);
        return $"""
            <h2>Trivial models</h2>
            <p>On the same rows.</p>
            {Table(["Model", .. metrics.Select(metric => $"#{metric}")], [Cells("the candidate", metric => report.Metrics.GetValueOrDefault(metric)?.Value), .. report.Baselines.Select(baseline => Cells(NameOf(baseline, report), metric => baseline.Metrics.GetValueOrDefault(metric)))], "The candidate and trivial models", rowHeader: 0)}
            """;

        string[] Cells(string name, Func<string, double?> value) => [Text(name), .. metrics.Select(metric => MetricText.Of(value(metric)))];
    }

    private static string NameOf(BaselineReport baseline, EvaluationReport report)
    {
        var average = report switch
        {
            { Multiclass: not null } => "the shares of the classes in training",
            { Regression: not null } => "the mean in training",
            _ => "the share of positives in training",
        };
        return baseline.Name == BaselineNames.Prior ? $"{average}, for every row" : $"{average} by {VisibleText.Name(baseline.Feature ?? string.Empty)}";
    }
}
