using System.Text.Json.Nodes;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>A model's tensors in the Open Inference Protocol: one input [rows, 1] a column, FP32 or BYTES, and the outputs that its task has.</summary>
internal static class TensorSchemas
{
    // What a client may send for a number; all become 32-bit floats. FP16 and BF16 have no form in JSON.
    private static readonly string[] NumberTypes = ["FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL", "FP16", "BF16"];

    public static string DatatypeOf(Feature feature) => feature.Kind == FeatureKind.Numeric ? "FP32" : "BYTES";

    /// <summary>An input tensor: one of the model's columns.</summary>
    public static JsonObject InputOf(LoadedModel model) => new()
    {
        ["description"] = "The values of one column.",
        ["oneOf"] = new JsonArray([.. model.Package.Manifest.Features.Features.Select(InputOf)]),
    };

    /// <summary>An output tensor.</summary>
    public static JsonObject OutputOf(ModelOutputs outputs)
    {
        var numbers = Tensor(outputs.Tensor, ["FP32"], AnswerSchemas.DescriptionOf(outputs), new JsonObject { ["type"] = "number" });
        if (outputs.IsMatrix)
        {
            numbers["properties"]!["shape"]!["description"] = "The number of rows, and that of classes.";
        }

        return new JsonObject
        {
            ["description"] = outputs.IsMatrix ? "One element a row, or one a row and class. Without `data` if it was asked for in binary." : "One element a row. Without `data` if it was asked for in binary.",
            ["oneOf"] = new JsonArray(outputs.Labels.Count > 0 ? [numbers, Tensor(AnswerSchemas.Label, ["BYTES"], "The label.", AnswerSchemas.LabelOf(outputs))] : [numbers]),
        };
    }

    private static JsonObject InputOf(Feature feature)
    {
        string[] types = feature.Kind == FeatureKind.Numeric ? ["number", "boolean"] : ["string"];
        var element = new JsonObject { ["type"] = JsonNodes.Texts(feature.AllowsMissing ? [.. types, "null"] : types) };
        return Tensor(feature.Name, feature.Kind == FeatureKind.Numeric ? NumberTypes : ["BYTES"], RowSchema.DescriptionOf(feature), element);
    }

    private static JsonObject Tensor(string name, string[] datatypes, string description, JsonObject element) => new()
    {
        ["type"] = "object",
        ["title"] = name,
        ["description"] = description,
        ["required"] = new JsonArray("name", "shape", "datatype"),
        ["properties"] = new JsonObject
        {
            ["name"] = new JsonObject { ["type"] = "string", ["const"] = name },
            ["shape"] = new JsonObject { ["type"] = "array", ["description"] = "The number of rows, and perhaps 1.", ["items"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 }, ["minItems"] = 1, ["maxItems"] = 2 },
            ["datatype"] = new JsonObject { ["type"] = "string", ["enum"] = JsonNodes.Texts(datatypes) },
            ["parameters"] = JsonNodes.Reference("schemas/InferParameters"),
            ["data"] = new JsonObject
            {
                ["type"] = "array",
                ["description"] = "Flat or nested.",
                ["items"] = new JsonObject { ["anyOf"] = new JsonArray(element, new JsonObject { ["type"] = "array", ["items"] = element.DeepClone() }) },
            },
        },
    };
}
