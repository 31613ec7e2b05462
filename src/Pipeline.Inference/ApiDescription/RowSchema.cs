using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>
/// A row as a JSON schema, with the model's own columns. What training saw is told by examples and extensions, never by <c>enum</c> or <c>minimum</c>: other values are
/// scored too, and a client made from the document must not refuse to send them.
/// </summary>
internal static class RowSchema
{
    /// <summary>More values than this nobody reads; /v1/model has them all.</summary>
    public const int MaxKnownValues = 100;

    private const int MaxExamples = 3;

    public static JsonObject Of(LoadedModel model)
    {
        var features = model.Package.Manifest.Features.Features;
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "One row; columns in any order.",
            ["required"] = JsonNodes.Texts(features.Where(feature => !feature.AllowsMissing).Select(feature => feature.Name)),
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)ColumnOf(feature, model.Golden)))),
            ["examples"] = JsonNodes.Copies(model.Golden.Rows.Take(MaxExamples).Select(golden => golden.Row)),
        };
    }

    /// <summary>One value of a column.</summary>
    public static JsonObject ColumnOf(Feature feature, GoldenSample golden)
    {
        var type = TypeOf(feature);
        var schema = new JsonObject
        {
            ["type"] = feature.AllowsMissing ? new JsonArray(type, "null") : type,
            ["description"] = DescriptionOf(feature),
            ["examples"] = JsonNodes.Copies(ExamplesOf(feature, golden)),
        };
        if (feature.Kind == FeatureKind.Numeric)
        {
            schema["x-training-minimum"] = feature.Minimum;
            schema["x-training-maximum"] = feature.Maximum;
        }
        else
        {
            schema["x-known-values"] = JsonNodes.Texts(feature.Categories!.Take(MaxKnownValues));
            schema["x-known-value-count"] = feature.Categories!.Count;
        }

        return schema;
    }

    /// <summary>A column's JSON type, where it is not missing.</summary>
    public static string TypeOf(Feature feature) => feature.Kind == FeatureKind.Numeric ? "number" : "string";

    /// <summary>What a column takes, in words.</summary>
    public static string DescriptionOf(Feature feature)
    {
        var values = feature.Kind == FeatureKind.Numeric
            ? FormattableString.Invariant($"A number; training saw {feature.Minimum} to {feature.Maximum}.")
            : feature.OtherValues is { } others
                ? FormattableString.Invariant($"A category; the model tells {Count(feature.Categories!)} from each other, and takes any other value for one of the {others} rare ones that training saw.")
                : $"A category; training saw {Count(feature.Categories!)}, and others are scored as unseen.";
        return feature.AllowsMissing ? $"{values} May be null or left out." : values;
    }

    private static string Count(IReadOnlyList<string> categories) => categories.Count switch
    {
        1 => "one value",
        <= MaxKnownValues => string.Create(CultureInfo.InvariantCulture, $"{categories.Count} values (`x-known-values`)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{categories.Count} values (the first {MaxKnownValues} are in `x-known-values`, all in `/v1/model`)"),
    };

    // From real rows first: they are what clients will send.
    private static IEnumerable<JsonNode> ExamplesOf(Feature feature, GoldenSample golden)
    {
        var sent = golden.Rows.Select(row => row.Row[feature.Name]).OfType<JsonNode>();
        IEnumerable<JsonNode> seen = feature.Kind == FeatureKind.Numeric
            ? new float?[] { feature.Minimum, feature.Maximum }.OfType<float>().Select(value => (JsonNode)value)
            : feature.Categories!.Take(MaxExamples).Select(value => (JsonNode)value);
        return sent.Concat(seen).DistinctBy(node => node.ToJsonString()).Take(MaxExamples);
    }
}
