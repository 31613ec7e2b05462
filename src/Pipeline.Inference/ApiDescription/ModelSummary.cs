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
        var outputs = (BinaryOutputs)manifest.Outputs;
        var columns = manifest.Features.Features;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Answers the probability of `{outputs.PositiveLabel}` and a label: `{outputs.PositiveLabel}` if the probability is at least {outputs.Threshold}, ")
            .Append(CultureInfo.InvariantCulture, $"else `{outputs.NegativeLabel}`. A row has these columns:\n\n");
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
}
