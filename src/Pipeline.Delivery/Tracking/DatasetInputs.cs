using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>A dataset's splits as MLflow has data that a run reads: digest, source, columns, number of rows.</summary>
internal static class DatasetInputs
{
    // What MLflow keeps of a digest at most; half of a SHA-256 tells data apart.
    private const int DigestLength = 32;

    public static IReadOnlyList<DatasetInput> Of(ModelDefinition definition, Dataset dataset) =>
    [
        .. new[] { (DataSplit.Train, "training"), (DataSplit.Validation, "validation"), (DataSplit.Test, "testing") }
            .Select(split => (Summary: dataset.Find(split.Item1), Context: split.Item2))
            .Where(split => split.Summary is not null)
            .Select(split => new DatasetInput(
                $"{definition.Name} {Dataset.Name(split.Summary!.Split)}",
                split.Summary.Digest.Hex[..DigestLength],
                "local",
                new JsonObject { ["uri"] = string.Join(' ', definition.Data.Files), ["query"] = definition.Data.Query }.ToJsonString(),
                Schema(dataset),
                JsonSerializer.Serialize(Profile(split.Summary, dataset.Summary.Columns.Count + 1)),
                split.Context)),
    ];

    private static Dictionary<string, object> Profile(SplitSummary split, int columns)
    {
        var profile = new Dictionary<string, object> { ["num_rows"] = split.Rows, ["num_elements"] = (long)split.Rows * columns };
        if (split.Positives is { } positives)
        {
            profile["positives"] = positives;
        }

        if (split.ClassRows is { } classes)
        {
            profile["rows_by_class"] = classes;
        }

        if (split.MeanLabel is { } mean)
        {
            profile["mean_label"] = mean;
        }

        if (split is { FirstTime: { } first, LastTime: { } last })
        {
            profile["first_time"] = first.ToString("s", System.Globalization.CultureInfo.InvariantCulture);
            profile["last_time"] = last.ToString("s", System.Globalization.CultureInfo.InvariantCulture);
        }

        return profile;
    }

    private static string Schema(Dataset dataset)
    {
        var columns = new JsonArray();
        foreach (var column in dataset.Summary.Columns)
        {
            columns.Add(Column(column.Name, column.Kind == FeatureKind.Numeric ? "float" : "string", column.MissingInTraining == 0));
        }

        columns.Add(Column(dataset.Summary.Label, "boolean", isRequired: true));
        return new JsonObject { ["mlflow_colspec"] = columns }.ToJsonString();
    }

    // A column is required unless it says otherwise; MLflow 2.9 does not know the word.
    private static JsonObject Column(string name, string type, bool isRequired)
    {
        var column = new JsonObject { ["type"] = type, ["name"] = name };
        if (!isRequired)
        {
            column["required"] = false;
        }

        return column;
    }
}
