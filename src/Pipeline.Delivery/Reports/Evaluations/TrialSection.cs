using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What was tried, the best first.</summary>
internal static class TrialSection
{
    // training.json has them all, and so has the tracking store.
    private const int MaxTrials = 40;

    public static string Html(TrainingReport training, EvaluationReport evaluation)
    {
        var metrics = TaskSections.OfTrials(evaluation);
        (string Header, string Metric)[] shown = metrics.Any(metric => metric.Metric == training.Metric) ? [.. metrics] : [(training.Metric, training.Metric), .. metrics];
        var settings = training.Trials.Any(trial => trial.Parameters.Count > 0);
        return $"""
            <h2>Trainers tried</h2>
            <p>Chosen by {Text(training.Metric)} on the validation rows.{(training.Trials.Count > MaxTrials ? $" The best {MaxTrials} of {Number(training.Trials.Count)} trials." : string.Empty)}</p>
            {Table(["Trainer", .. shown.Select(metric => $"#{metric.Header}"), "#ONNX bytes", .. settings ? ["Settings"] : Array.Empty<string>()], training.Trials.Take(MaxTrials).Select(trial => Cells(trial, shown, settings)))}
            """;
    }

    private static string[] Cells(Trial trial, (string Header, string Metric)[] shown, bool settings) =>
    [
        Text(trial.Trainer),
        .. shown.Select(metric => MetricText.Of(trial.Validation.GetValueOrDefault(metric.Metric))),
        trial.Failure is null ? Number(trial.OnnxBytes) : "–",
        .. settings ? [Text(Settings(trial))] : Array.Empty<string>(),
    ];

    private static string Settings(Trial trial)
    {
        var text = string.Join(", ", trial.Parameters.Select(parameter => string.Create(CultureInfo.InvariantCulture, $"{parameter.Key} {parameter.Value}")));
        return trial.Failure is { } failure ? $"{text}: {failure}" : text;
    }
}
