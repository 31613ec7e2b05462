using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Delivery.Training;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>How the winner got better tree by tree, and whether more or fewer trees would have done.</summary>
internal static class LearningCurveSection
{
    /// <summary>Nothing if the winner has no curve; ends without a new line.</summary>
    public static string Html(TrainingReport training)
    {
        var isNumber = training.Outputs is RegressionOutputs;
        var name = isNumber ? "root mean squared error" : "log-loss";
        var curve = training.Trials.Count == 0 ? [] : Losses(training.Trials[0], isNumber ? RegressionMetricNames.RootMeanSquaredError : BinaryMetricNames.LogLoss);
        return curve.Count == 0 ? string.Empty : $"""
            <h2>Learning curve</h2>
            <p>{Text($"{Reading(curve, name)} {Rows(training, name)}")}</p>
            <div class="plots">
            {Plot(curve, name)}</div>
            """;
    }

    private static string Plot(IReadOnlyList<Loss> curve, string name)
    {
        var (low, high) = (curve.Min(loss => Math.Min(loss.Training, loss.Validation)), curve.Max(loss => Math.Max(loss.Training, loss.Validation)));
        return new LinePlot($"{Upper(name)} over trees", PlotAxis.Of("trees", curve[0].Trees, curve[^1].Trees), PlotAxis.Of(name, low, high))
        {
            Series =
            [
                new PlotSeries("validation", "l1", [.. curve.Select(loss => ((double)loss.Trees, loss.Validation))]),
                new PlotSeries("training", "l2", [.. curve.Select(loss => ((double)loss.Trees, loss.Training))]),
            ],
            Cut = Best(curve).Trees,
            Description = $"{Reading(curve, name)} The vertical line is there. At the end it is {MetricText.Of(curve[^1].Validation)} on the validation rows and {MetricText.Of(curve[^1].Training)} on training rows.",
        }.Render();
    }

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Reading(IReadOnlyList<Loss> curve, string name)
    {
        var (best, last) = (Best(curve), curve[^1]);
        var where = $"Validation {name} was lowest, {MetricText.Of(best.Validation)}, after {Trees(best.Trees)} of {Number(last.Trees)}";
        return curve.Count == 1 ? $"{where}."
            : best == last ? $"{where}, and still fell at the end: more trees may do better."
            : $"{where}; it no longer fell at the end ({MetricText.Of(last.Validation)}): fewer trees would do.";
    }

    private static string Rows(TrainingReport training, string name) => LearningCurves.TrainingStep(training.Rows) is var step and > 1
        ? $"Training {name} is over one training row in {Number(step)}."
        : $"Training {name} is over all training rows.";

    // Of equally low ones the first: more trees than that bought nothing.
    private static Loss Best(IReadOnlyList<Loss> curve) => curve.MinBy(loss => loss.Validation)!;

    private static string Trees(int count) => count == 1 ? "1 tree" : $"{Number(count)} trees";

    private static IReadOnlyList<Loss> Losses(Trial trial, string metric) =>
    [
        .. from point in trial.LearningCurve
           let training = point.Training.GetValueOrDefault(metric)
           let validation = point.Validation.GetValueOrDefault(metric)
           where training is not null && validation is not null
           select new Loss(point.Step, training.Value, validation.Value),
    ];

    private sealed record Loss(int Trees, double Training, double Validation);
}
