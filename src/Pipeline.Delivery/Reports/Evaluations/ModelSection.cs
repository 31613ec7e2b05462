using System.Globalization;
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

    public static string Html(ModelDefinition definition, CandidateModel candidate, bool isBinary)
    {
        var features = candidate.Schema.Features;
        return $"""
            <h2>Model card</h2>
            <p>{Text(VisibleText.Sentence(definition.Description))}</p>
            {Table(["What", "Value"],
            [
                .. isBinary
                    ? [["Answers", Text($"'{VisibleText.Name(definition.Outputs.Positive)}' or '{VisibleText.Name(definition.Outputs.Negative)}'")], ["Decision threshold", definition.Outputs.Threshold.ToString(CultureInfo.InvariantCulture)]]
                    : Array.Empty<string[]>(),
                ["Trainer", Text($"{candidate.Report.Trainer}, seed {candidate.Report.Seed}, chosen by {candidate.Report.Metric} on the validation rows")],
                ["Trained on", $"{Number(candidate.Report.Rows)} rows, {Range(definition.Splits.Train)}"],
                ["Chosen on", Range(definition.Splits.Validation)],
                ["Tested on", Range(definition.Splits.Test)],
                ["Judged by, and not seen", definition.Data.Attributes.Count == 0 ? "–" : Text(string.Join(", ", definition.Data.Attributes.Select(name => VisibleText.Name(name))))],
            ])}
            <h3>Inputs</h3>
            {(features.Count > MaxFeatures ? string.Create(CultureInfo.InvariantCulture, $"<p>The first {MaxFeatures} of {features.Count}; model-card.md in the package has all.</p>") : string.Empty)}
            {Table(["Column", "Kind", "Missing allowed", "In training"], features.Take(MaxFeatures).Select(Cells), "Inputs of the model", rowHeader: 0)}
            """;
    }

    private static string[] Cells(Feature feature) =>
    [
        Text(VisibleText.Name(feature.Name)),
        feature.Kind == FeatureKind.Numeric ? "numeric" : "categorical",
        feature.AllowsMissing ? "yes" : "no",
        feature.Kind == FeatureKind.Numeric
            ? string.Create(CultureInfo.InvariantCulture, $"{feature.Minimum} to {feature.Maximum}")
            : string.Create(CultureInfo.InvariantCulture, $"{feature.Categories?.Count} categories"),
    ];

    private static string Range(TimeRange range) => string.Create(CultureInfo.InvariantCulture, $"{range.From:yyyy-MM-dd} to {range.Before.AddDays(-1):yyyy-MM-dd}");
}
