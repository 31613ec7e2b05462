using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>What MLflow's scoring server takes as JSON: exactly one of four forms. Unlike the native dialect it passes over what it doesn't know.</summary>
internal static class InvocationSchema
{
    public static JsonObject Of(FeatureSchema features, int maxRows) => new()
    {
        ["oneOf"] = new JsonArray(
            Form("dataframe_split", Split(maxRows)),
            Form("dataframe_records", Records(maxRows)),
            Form("instances", Records(maxRows)),
            Form("inputs", new JsonObject { ["anyOf"] = new JsonArray(Columns(features, maxRows), Records(maxRows)) })),
    };

    /// <summary>A row as a record, which may have columns that the model doesn't have.</summary>
    public static JsonObject RecordOf(FeatureSchema features) => Object(features, Element);

    private static JsonObject Form(string name, JsonObject schema) => new()
    {
        ["type"] = "object",
        ["title"] = name,
        ["required"] = new JsonArray(name),
        ["properties"] = new JsonObject { [name] = schema },
    };

    private static JsonObject Split(int maxRows) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("columns", "data"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["columns"] = new JsonObject { ["type"] = "array", ["description"] = "Names, in the order of each row's values.", ["items"] = new JsonObject { ["type"] = "string" } },
            ["index"] = new JsonObject { ["type"] = "array", ["description"] = "As pandas writes it; not read." },
            ["data"] = Array(new JsonObject { ["type"] = "array" }, maxRows),
        },
    };

    private static JsonObject Records(int maxRows) => Array(JsonNodes.Reference("schemas/InvocationRecord"), maxRows);

    private static JsonObject Columns(FeatureSchema features, int maxRows)
    {
        var columns = Object(features, feature => Array(Element(feature), maxRows));
        columns["description"] = "Each column's values; as many in each.";
        return columns;
    }

    private static JsonObject Object(FeatureSchema features, Func<Feature, JsonObject> schemaOf) => new()
    {
        ["type"] = "object",
        ["required"] = JsonNodes.Texts(features.Features.Where(feature => !feature.AllowsMissing).Select(feature => feature.Name)),
        ["properties"] = new JsonObject(features.Features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)schemaOf(feature)))),
    };

    private static JsonObject Element(Feature feature)
    {
        var type = RowSchema.TypeOf(feature);
        return new JsonObject { ["type"] = feature.AllowsMissing ? new JsonArray(type, "null") : type, ["description"] = RowSchema.DescriptionOf(feature) };
    }

    private static JsonObject Array(JsonObject items, int maxRows) => new() { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = maxRows, ["items"] = items };
}
