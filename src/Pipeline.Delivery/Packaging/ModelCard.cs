using System.Globalization;
using System.Text;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Reports;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>Writes model-card.md: what the model is, what it takes, how good it is, on which days' data.</summary>
public static class ModelCard
{
    public static string Write(ModelDefinition definition, TrainingReport training, EvaluationReport evaluation)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {definition.Name}\n\n{definition.Description}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"- Task: {definition.Task}; predicts {Answer(training.Outputs, definition, evaluation)}\n");
        card.Append(CultureInfo.InvariantCulture, $"- Trainer: {training.Trainer}, seed {training.Seed}, chosen by {training.Metric} on the validation rows\n");
        card.Append(CultureInfo.InvariantCulture, $"- Trained on {training.Rows} rows of {definition.Splits.Describe(DataSplit.Train)}, tested on {evaluation.Rows} rows of {definition.Splits.Describe(DataSplit.Test)}\n");
        card.Append("\n## Metrics on the test rows\n\n| metric | value | 95 % interval |\n|---|---|---|\n");
        foreach (var (name, estimate) in evaluation.Metrics)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {name} | {MetricText.Of(estimate.Value)} | {MetricText.Of(estimate.Interval)} |\n");
        }

        card.Append("\n## Inputs\n\n| column | kind | missing allowed | values in training |\n|---|---|---|---|\n");
        foreach (var feature in training.Features.Features)
        {
            card.Append(CultureInfo.InvariantCulture, $"| {feature.Name} | {(feature.Kind == FeatureKind.Numeric ? "numeric" : "categorical")} | {(feature.AllowsMissing ? "yes" : "no")} | {Values(feature)} |\n");
        }

        card.Append("\n## Limits\n\nThe metrics hold for rows like the test rows. A category that training never saw is scored as none of the known ones.\n");
        return card.ToString();
    }

    private static string Answer(ModelOutputs outputs, ModelDefinition definition, EvaluationReport evaluation) => evaluation switch
    {
        { Multiclass: { } multiclass } => $"one of {multiclass.Classes.Count.ToString(CultureInfo.InvariantCulture)} classes: {string.Join(", ", multiclass.Confusion.Names.Select(Name))}{(multiclass.Confusion.HasOthers ? " and others" : string.Empty)}",
        { Regression: { } regression } => $"{Quantity(outputs)}; in the test rows it goes from {MetricText.Of(regression.Labels.Least)} to {MetricText.Of(regression.Labels.Greatest)} with the median {MetricText.Of(regression.Labels.Median)}",
        _ => Answer((BinaryOutputs)outputs, definition),
    };

    private static string Answer(BinaryOutputs outputs, ModelDefinition definition)
    {
        var chosen = definition.Outputs is BinaryOutputSettings { ThresholdBy: { } metric } ? $", of the best {metric} on the validation rows" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"`{outputs.PositiveLabel}` or `{outputs.NegativeLabel}`\n- Decision threshold: {outputs.Threshold}{chosen}");
    }

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name));

    private static string Quantity(ModelOutputs outputs) => outputs is RegressionOutputs { Unit: { } unit } number ? $"{Name(number.Quantity)} in {Name(unit)}, a number" : "a number";

    private static string Values(Feature feature) => feature.Kind == FeatureKind.Numeric
        ? string.Create(CultureInfo.InvariantCulture, $"{feature.Minimum} to {feature.Maximum}")
        : string.Create(CultureInfo.InvariantCulture, $"{feature.Categories!.Count} categories{(feature.OtherValues is { } others ? $", and {others} rarer ones that are one" : string.Empty)}");
}
