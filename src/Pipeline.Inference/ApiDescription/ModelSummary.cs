using System.Globalization;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>What a model predicts, from what, and how well, as Markdown: the beginning of the page.</summary>
internal static class ModelSummary
{
    // A model may have hundreds, and whoever reads wants to go on.
    private const int MaxColumns = 30;

    public static string Of(PackagedModel package)
    {
        var manifest = package.Manifest;
        var columns = manifest.Features.Features;
        var text = new StringBuilder();
        text.Append(AnswerOf(manifest.Outputs)).Append(" A row has these columns:\n\n");
        foreach (var feature in columns.Take(MaxColumns))
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{feature.Name}`: {RowSchema.DescriptionOf(feature)}\n");
        }

        if (columns.Count > MaxColumns)
        {
            text.Append(CultureInfo.InvariantCulture, $"- and {columns.Count - MaxColumns} more, see `Row`\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\nTrained by `{manifest.Trainer}`. On the test rows: ")
            .AppendJoin(", ", manifest.Metrics.Select(metric => $"{metric.Key} {metric.Value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "undefined"}"))
            .Append(CultureInfo.InvariantCulture, $".\n\nPackage: `{package.Digest}`")
            .ToString();
    }

    private static string AnswerOf(ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs binary => FormattableString.Invariant($"Answers the probability of `{binary.PositiveLabel}` and a label: `{binary.PositiveLabel}` if the probability is at least {binary.Threshold}, else `{binary.NegativeLabel}`."),
        MulticlassOutputs classes => FormattableString.Invariant($"Answers the probability of each of {classes.Width} classes and the label of the most probable one: {ClassesOf(classes)}."),
        RegressionOutputs { Unit: { } unit } number => $"Answers a number: `{number.Quantity}` in {unit}.",
        RegressionOutputs number => $"Answers a number: `{number.Quantity}`.",
        _ => string.Empty,
    };

    private static string ClassesOf(MulticlassOutputs outputs) =>
        string.Join(", ", outputs.Classes.Take(MaxColumns).Select(name => $"`{name}`")) + (outputs.Width > MaxColumns ? FormattableString.Invariant($" and {outputs.Width - MaxColumns} more, see `/v1/model`") : string.Empty);
}
