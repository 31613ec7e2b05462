using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the model is and takes, as in the package's model-card.md.</summary>
internal static class ModelSection
{
    // Pages of columns are not read; model-card.md has them all.
    private const int MaxFeatures = 60;

    public static string Html(ModelDefinition definition, CandidateModel candidate)
    {
        var features = candidate.Schema.Features;
        return $"""
            <h2>Model card</h2>
            <p>{Text(VisibleText.Sentence(definition.Description))}</p>
            {Table(["What", "Value"],
            [
                .. Answers(candidate.Report.Outputs, definition.Outputs),
                ["Trainer", Text($"{candidate.Report.Trainer}, seed {candidate.Report.Seed}, chosen by {candidate.Report.Metric} on the validation rows")],
                ["Trained on", Text($"{Number(candidate.Report.Rows)} rows, {definition.Splits.Describe(DataSplit.Train)}")],
                ["Chosen on", Text(definition.Splits.Describe(DataSplit.Validation))],
                ["Tested on", Text(definition.Splits.Describe(DataSplit.Test))],
                ["Judged by, and not seen", definition.Data.Attributes.Count == 0 ? "–" : Text(string.Join(", ", definition.Data.Attributes.Select(name => VisibleText.Name(name))))],
            ])}
            <h3>Inputs</h3>
            {(features.Count > MaxFeatures ? string.Create(CultureInfo.InvariantCulture, $"<p>The first {MaxFeatures} of {features.Count}; model-card.md in the package has all.</p>") : string.Empty)}
            {Table(["Column", "Kind", "Missing allowed", "In training"], features.Take(MaxFeatures).Select(Cells), "Inputs of the model", rowHeader: 0)}
            """;
    }

    private static IEnumerable<string[]> Answers(ModelOutputs outputs, OutputSettings settings)
    {
        switch (outputs)
        {
            case BinaryOutputs binary:
                var chosen = settings is BinaryOutputSettings { ThresholdBy: { } metric } ? $", of the best {metric} on the validation rows" : string.Empty;
                yield return ["Answers", Text($"'{VisibleText.Name(binary.PositiveLabel)}' or '{VisibleText.Name(binary.NegativeLabel)}'")];
                yield return ["Decision threshold", Text(binary.Threshold.ToString(CultureInfo.InvariantCulture) + chosen)];
                break;
            case MulticlassOutputs multiclass:
                yield return ["Answers", Text($"one of {multiclass.Classes.Count.ToString(CultureInfo.InvariantCulture)} classes")];
                break;
            case RegressionOutputs number:
                yield return ["Answers", Text($"{VisibleText.Name(number.Quantity)}, a number{(number.Unit is null ? string.Empty : $" in {VisibleText.Name(number.Unit)}")}")];
                break;
        }
    }

    private static string[] Cells(Feature feature) =>
    [
        Text(VisibleText.Name(feature.Name)),
        feature.Kind == FeatureKind.Numeric ? "numeric" : "categorical",
        feature.AllowsMissing ? "yes" : "no",
        feature.Kind == FeatureKind.Numeric
            ? string.Create(CultureInfo.InvariantCulture, $"{feature.Minimum} to {feature.Maximum}")
            : string.Create(CultureInfo.InvariantCulture, $"{feature.Categories?.Count} categories{(feature.OtherValues is { } others ? $", and {others} rarer ones that are one" : string.Empty)}"),
    ];
}
