using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the reports show of one task and not of the others.</summary>
internal static class TaskSections
{
    private static readonly Dictionary<string, (string Header, string Metric)[]> TrialMetrics = new()
    {
        [MetricCatalog.Binary] = [("ROC AUC", BinaryMetricNames.RocAuc), ("Log-loss", BinaryMetricNames.LogLoss)],
        [MetricCatalog.Multiclass] = [("Accuracy", MulticlassMetricNames.Accuracy), ("Log-loss", MulticlassMetricNames.LogLoss)],
        [MetricCatalog.Regression] = [("RMSE", RegressionMetricNames.RootMeanSquaredError), ("MAE", RegressionMetricNames.MeanAbsoluteError)],
    };

    /// <summary>What was judged on, to go on a sentence that ends with "test rows".</summary>
    public static string Subject(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Subject(binary),
        { Multiclass: { } multiclass } => MulticlassSections.Subject(multiclass),
        { Regression: { } regression } => RegressionSections.Subject(regression),
        _ => throw Unknown(report),
    };

    /// <summary>Headings and what is below them.</summary>
    public static string Html(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Html(report, binary),
        { Multiclass: { } multiclass } => MulticlassSections.Html(report, multiclass),
        { Regression: { } regression } => RegressionSections.Html(report, regression),
        _ => throw Unknown(report),
    };

    /// <summary>Headings and what is below them; it begins with an empty line.</summary>
    public static string Markdown(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Markdown(binary),
        { Multiclass: { } multiclass } => MulticlassSections.Markdown(multiclass),
        { Regression: { } regression } => RegressionSections.Markdown(regression),
        _ => throw Unknown(report),
    };

    /// <summary>The metrics by which trainers that were tried are shown.</summary>
    public static IReadOnlyList<(string Header, string Metric)> OfTrials(EvaluationReport report) => TrialMetrics[report.Task];

    /// <summary>What slices are searched by, in words.</summary>
    public static string LossName(EvaluationReport report) => report.Regression is null ? "log-loss" : "squared error";

    private static InvalidOperationException Unknown(EvaluationReport report) => new($"The evaluation of {report.Rows} rows has the details of no task.");
}
