using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>
/// Writes bom.cdx.json: the model with its card, the rows it comes from and the libraries that shaped it or serve it, as a CycloneDX 1.6 ML-BOM. It is part of the package, so that it holds neither time
/// nor serial number. The model's version here is of model.onnx: the package's own is over this file, too.
/// </summary>
public static class Bom
{
    private const string ModelReference = "model";
    private const string DatasetReference = "dataset";
    private const string PropertyPrefix = "ml-delivery-pipeline:";

    public static JsonObject Write(ModelDefinition definition, Dataset dataset, CandidateModel candidate, EvaluationReport evaluation, Digest code)
    {
        JsonObject[] libraries = [.. BomLibraries.Of(candidate.Report.Trainer).Select(library => LibraryOf(library.Name, library.Version, library.Uses))];
        var dependencies = libraries.Select(library => (JsonNode)library["bom-ref"]!.GetValue<string>()).Prepend(DatasetReference);
        return new JsonObject
        {
            ["$schema"] = "http://cyclonedx.org/schema/bom-1.6.schema.json",
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["tools"] = new JsonObject { ["components"] = new JsonArray(new JsonObject { ["type"] = "application", ["name"] = "ml-delivery-pipeline", ["version"] = code.Abbreviated }) },
                ["component"] = new JsonObject
                {
                    ["type"] = "machine-learning-model",
                    ["bom-ref"] = ModelReference,
                    ["name"] = definition.Name,
                    ["version"] = candidate.Digest.Abbreviated,
                    ["description"] = definition.Description,
                    ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-256", ["content"] = candidate.Digest.Hex }),
                    ["modelCard"] = BomModelCard.Of(definition, dataset, candidate.Report, evaluation),
                },
            },
            ["components"] = new JsonArray([DatasetOf(definition, dataset), .. libraries]),
            ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = ModelReference, ["dependsOn"] = new JsonArray([.. dependencies]) }),
        };
    }

    internal static string ReferenceOf(SplitSummary split) => $"{DatasetReference}/{Dataset.Name(split.Split)}";

    private static JsonObject DatasetOf(ModelDefinition definition, Dataset dataset) => new()
    {
        ["type"] = "data",
        ["bom-ref"] = DatasetReference,
        ["name"] = $"{definition.Name} rows",
        ["version"] = dataset.Digest.Abbreviated,
        ["description"] = "What the model's query gives. Its digest is over the values of the rows, whatever files they come from.",
        ["data"] = new JsonArray([.. dataset.Summary.Splits.Select(SplitOf)]),
        ["properties"] = new JsonArray(Property("rows-digest", dataset.Digest.ToString())),
    };

    private static JsonObject SplitOf(SplitSummary split) => new()
    {
        ["bom-ref"] = ReferenceOf(split),
        ["type"] = "dataset",
        ["name"] = Dataset.Name(split.Split),
        ["description"] = split.Split switch
        {
            DataSplit.Train => "Fits the trainers.",
            DataSplit.Validation => "Chooses among the trainers.",
            DataSplit.Test => "Judges the model; nothing else sees it.",
            _ => "Stands for live traffic when drift is checked; the model has not seen it.",
        },
        ["contents"] = new JsonObject
        {
            ["properties"] = new JsonArray([.. PropertiesOf(split)]),
        },
    };

    private static IEnumerable<JsonObject> PropertiesOf(SplitSummary split)
    {
        yield return Property("rows", split.Rows.ToString(CultureInfo.InvariantCulture));
        if (split.Positives is { } positives)
        {
            yield return Property("positives", positives.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var (name, rows) in split.ClassRows ?? new Dictionary<string, int>())
        {
            yield return Property("rows-of-class", $"{rows.ToString(CultureInfo.InvariantCulture)} {name}");
        }

        if (split.MeanLabel is { } mean)
        {
            yield return Property("mean-label", mean.ToString("R", CultureInfo.InvariantCulture));
        }

        if (split is { FirstTime: { } first, LastTime: { } last })
        {
            yield return Property("first-time", Time(first));
            yield return Property("last-time", Time(last));
        }

        yield return Property("rows-digest", split.Digest.ToString());
    }

    private static JsonObject LibraryOf(string name, string version, IReadOnlyList<string> uses) => new()
    {
        ["type"] = "library",
        ["bom-ref"] = Purl(name, version),
        ["name"] = name,
        ["version"] = version,
        ["scope"] = "required",
        ["purl"] = Purl(name, version),
        ["properties"] = new JsonArray([.. uses.Select(use => Property("used-for", use))]),
    };

    private static string Purl(string name, string version) => $"pkg:nuget/{name}@{version}";

    private static JsonObject Property(string name, string value) => new() { ["name"] = PropertyPrefix + name, ["value"] = value };

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
