using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Delivery.Training;
using Pipeline.Metrics.Binary;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>How the winner got better tree by tree, and whether more or fewer trees would have done.</summary>
internal static class LearningCurveSection
{
    /// <summary>Nothing if the winner has no curve; ends without a new line.</summary>
    public static string Html(TrainingReport training)
    {
        var curve = training.Trials.Count == 0 ? [] : Losses(training.Trials[0]);
        return curve.Count == 0 ? string.Empty : $"""
            <h2>Learning curve</h2>
            <p>{Text($"{Reading(curve)} {Rows(training)}")}</p>
            <div class="plots">
            {Plot(curve)}</div>
            """;
    }

    private static string Plot(IReadOnlyList<Loss> curve)
    {
        var (low, high) = (curve.Min(loss => Math.Min(loss.Training, loss.Validation)), curve.Max(loss => Math.Max(loss.Training, loss.Validation)));
        return new LinePlot("Log-loss over trees", PlotAxis.Of("trees", curve[0].Trees, curve[^1].Trees), PlotAxis.Of("log-loss", low, high))
        {
            Series =
            [
                new PlotSeries("validation", "l1", [.. curve.Select(loss => ((double)loss.Trees, loss.Validation))]),
                new PlotSeries("training", "l2", [.. curve.Select(loss => ((double)loss.Trees, loss.Training))]),
            ],
            Cut = Best(curve).Trees,
            Description = $"{Reading(curve)} The vertical line is there. At the end it is {MetricText.Of(curve[^1].Validation)} on the validation rows and {MetricText.Of(curve[^1].Training)} on training rows.",
        }.Render();
    }

    private static string Reading(IReadOnlyList<Loss> curve)
    {
        var (best, last) = (Best(curve), curve[^1]);
        var where = $"Validation log-loss was lowest, {MetricText.Of(best.Validation)}, after {Trees(best.Trees)} of {Number(last.Trees)}";
        return curve.Count == 1 ? $"{where}."
            : best == last ? $"{where}, and still fell at the end: more trees may do better."
            : $"{where}; it no longer fell at the end ({MetricText.Of(last.Validation)}): fewer trees would do.";
    }

    private static string Rows(TrainingReport training) => LearningCurves.TrainingStep(training.Rows) is var step and > 1
        ? $"Training log-loss is over one training row in {Number(step)}."
        : "Training log-loss is over all training rows.";

    // Of equally low ones the first: more trees than that bought nothing.
    private static Loss Best(IReadOnlyList<Loss> curve) => curve.MinBy(loss => loss.Validation)!;

    private static string Trees(int count) => count == 1 ? "1 tree" : $"{Number(count)} trees";

    private static IReadOnlyList<Loss> Losses(Trial trial) =>
    [
        .. from point in trial.LearningCurve
           let training = point.Training.GetValueOrDefault(BinaryMetricNames.LogLoss)
           let validation = point.Validation.GetValueOrDefault(BinaryMetricNames.LogLoss)
           where training is not null && validation is not null
           select new Loss(point.Step, training.Value, validation.Value),
    ];

    private sealed record Loss(int Trees, double Training, double Validation);
}
