using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Inference.ApiDescription;

/// <summary>Pieces of JSON, without a serializer: native code has none that reflects.</summary>
internal static class JsonNodes
{
    // Sent as application/json only, where é needs no escape.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Reference(string component) => new() { ["$ref"] = $"#/components/{component}" };

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    public static JsonArray Copies(IEnumerable<JsonNode?> nodes) => new([.. nodes.Select(node => node?.DeepClone())]);

    public static byte[] ToUtf8(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            node.WriteTo(json);
        }

        return stream.ToArray();
    }

    /// <summary>An embedded JSON file of this folder.</summary>
    public static JsonObject Template(string name)
    {
        using var stream = typeof(JsonNodes).Assembly.GetManifestResourceStream($"ApiDescription/{name}")
            ?? throw new InvalidOperationException($"ApiDescription/{name} is not embedded in the service.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
