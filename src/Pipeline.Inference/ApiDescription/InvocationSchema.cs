using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>What MLflow's scoring server takes as JSON: exactly one of four forms.</summary>
internal static class InvocationSchema
{
    public static JsonObject Of(FeatureSchema features, int maxRows) => new()
    {
        ["oneOf"] = new JsonArray(
            Form("dataframe_split", Split(features, maxRows)),
            Form("dataframe_records", Records(maxRows)),
            Form("instances", Records(maxRows)),
            Form("inputs", Columns(features, maxRows))),
    };

    private static JsonObject Form(string name, JsonObject schema) => new()
    {
        ["type"] = "object",
        ["title"] = name,
        ["required"] = new JsonArray(name),
        ["properties"] = new JsonObject
        {
            [name] = schema,
            ["params"] = new JsonObject { ["type"] = "object", ["description"] = "The model has none; it is no fault to send some." },
        },
        ["additionalProperties"] = false,
    };

    private static JsonObject Split(FeatureSchema features, int maxRows) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("columns", "data"),
        ["properties"] = new JsonObject
        {
            ["columns"] = new JsonObject { ["type"] = "array", ["description"] = "In the order of each row's values.", ["items"] = new JsonObject { ["type"] = "string", ["enum"] = JsonNodes.Texts(features.Features.Select(feature => feature.Name)) } },
            ["index"] = new JsonObject { ["type"] = "array", ["description"] = "Not read.", ["items"] = new JsonObject() },
            ["data"] = Array(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = new JsonArray("number", "string", "null") } }, maxRows),
        },
    };

    private static JsonObject Records(int maxRows) => Array(JsonNodes.Reference("schemas/Row"), maxRows);

    private static JsonObject Columns(FeatureSchema features, int maxRows) => new()
    {
        ["type"] = "object",
        ["description"] = "Each column's values; as many in each.",
        ["required"] = JsonNodes.Texts(features.Features.Where(feature => !feature.AllowsMissing).Select(feature => feature.Name)),
        ["properties"] = new JsonObject(features.Features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)Array(Element(feature), maxRows)))),
    };

    private static JsonObject Element(Feature feature)
    {
        var type = RowSchema.TypeOf(feature);
        return new JsonObject { ["type"] = feature.AllowsMissing ? new JsonArray(type, "null") : type };
    }

    private static JsonObject Array(JsonObject items, int maxRows) => new() { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = maxRows, ["items"] = items };
}
