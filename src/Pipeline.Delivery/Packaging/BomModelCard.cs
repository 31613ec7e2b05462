using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>The model card within the bill of materials: what model-card.md says, for machines.</summary>
internal static class BomModelCard
{
    public static JsonObject Of(ModelDefinition definition, Dataset dataset, TrainingReport training, EvaluationReport evaluation) => new()
    {
        ["bom-ref"] = "model-card",
        ["modelParameters"] = new JsonObject
        {
            ["approach"] = new JsonObject { ["type"] = "supervised" },
            ["task"] = TaskOf(definition.Task),
            ["architectureFamily"] = training.Trainer,
            ["modelArchitecture"] = Architecture(training.Settings),
            ["datasets"] = Array(dataset.Summary.Splits.Where(split => split.Split != DataSplit.Production).Select(split => new JsonObject { ["ref"] = Bom.ReferenceOf(split) })),
            ["inputs"] = Array(training.Features.Features.Select(feature => Format(FormatOf(feature)))),
            ["outputs"] = Array(FormatsOf(training.Outputs).Select(Format)),
        },
        ["quantitativeAnalysis"] = new JsonObject { ["performanceMetrics"] = Array(Performance(definition, evaluation)) },
        ["considerations"] = new JsonObject
        {
            ["useCases"] = new JsonArray(definition.Description),
            ["technicalLimitations"] = new JsonArray(
                string.Create(CultureInfo.InvariantCulture, $"The metrics hold for rows like the {evaluation.Rows} test rows, of {definition.Splits.Describe(DataSplit.Test)}."),
                "A category that training never saw is scored as none of the known ones."),
        },
    };

    private static string TaskOf(string task) => task switch
    {
        ModelTask.Regression => "regression",
        _ => $"{task} classification",
    };

    private static IEnumerable<string> FormatsOf(ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs binary =>
        [
            $"probability of '{binary.PositiveLabel}', 0 to 1",
            string.Create(CultureInfo.InvariantCulture, $"label: '{binary.PositiveLabel}' from a probability of {binary.Threshold} on, else '{binary.NegativeLabel}'"),
        ],
        MulticlassOutputs multiclass =>
        [
            string.Create(CultureInfo.InvariantCulture, $"probabilities of {multiclass.Classes.Count} classes, 0 to 1, that sum to 1: {string.Join(", ", multiclass.Classes.Select(name => $"'{name}'"))}"),
            "label: the most probable class",
        ],
        RegressionOutputs number => [$"prediction: {number.Quantity}, a number{(number.Unit is null ? string.Empty : $" in {number.Unit}")}"],
        _ => throw new ArgumentOutOfRangeException(nameof(outputs), outputs, "There is no such task."),
    };

    /// <summary>On all test rows, every metric; on slices, those that the gates judge.</summary>
    private static IEnumerable<JsonObject> Performance(ModelDefinition definition, EvaluationReport evaluation)
    {
        var judged = definition.Gates.OfType<MetricGateSettings>().Select(gate => gate.Metric).ToHashSet(StringComparer.Ordinal);
        var all = evaluation.Metrics.Select(metric => Metric(metric.Key, metric.Value, slice: null));
        var sliced = evaluation.Slices.SelectMany(slice => (slice.Metrics ?? new Dictionary<string, MetricEstimate>())
            .Where(metric => judged.Contains(metric.Key))
            .Select(metric => Metric(metric.Key, metric.Value, slice.Name)));
        return all.Concat(sliced).OfType<JsonObject>();
    }

    /// <summary>Null where the metric is undefined: the format has no word for that.</summary>
    private static JsonObject? Metric(string name, MetricEstimate estimate, string? slice)
    {
        if (estimate.Value is not { } value)
        {
            return null;
        }

        var metric = new JsonObject { ["type"] = name, ["value"] = Text(value) };
        if (slice is not null)
        {
            metric["slice"] = slice;
        }

        if (estimate.Interval is { } interval)
        {
            metric["confidenceInterval"] = new JsonObject { ["lowerBound"] = Text(interval.Low), ["upperBound"] = Text(interval.High) };
        }

        return metric;
    }

    private static string Architecture(TrainerSettings trainer) => !trainer.IsTrees
        ? string.Create(CultureInfo.InvariantCulture, $"linear model, L2 {trainer.L2}; as an ONNX graph")
        : string.Create(CultureInfo.InvariantCulture, $"{trainer.Trees} trees of at most {trainer.Leaves} leaves, learning rate {trainer.LearningRate}, at least {trainer.MinExamplesPerLeaf} rows in a leaf; as an ONNX graph");

    private static string FormatOf(Feature feature)
    {
        var kind = feature.Kind == FeatureKind.Numeric
            ? string.Create(CultureInfo.InvariantCulture, $"number, {feature.Minimum} to {feature.Maximum} in training")
            : string.Create(CultureInfo.InvariantCulture, $"text, one of {feature.Categories!.Count} categories in training");
        return $"{feature.Name}: {kind}{(feature.AllowsMissing ? "; may be missing" : string.Empty)}";
    }

    private static JsonObject Format(string format) => new() { ["format"] = format };

    private static JsonArray Array(IEnumerable<JsonObject> items) => new([.. items]);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
