using System.Text.Json.Nodes;
using NJsonSchema;

namespace Pipeline.Inference.Tests.ApiDescription;

/// <summary>A schema out of an OpenAPI document, to hold real requests and answers to.</summary>
internal sealed class OpenApiSchema
{
    private readonly JsonSchema _schema;

    private OpenApiSchema(JsonSchema schema) => _schema = schema;

    /// <param name="document">The OpenAPI document.</param>
    /// <param name="schema">A schema in it; references go to the document's components.</param>
    public static async Task<OpenApiSchema> OfAsync(JsonObject document, JsonNode schema)
    {
        // The library knows an older draft: definitions instead of components, and an enum of one for const.
        var root = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["definitions"] = document["components"]!["schemas"]!.DeepClone() };
        Rename(root);
        return new OpenApiSchema(await JsonSchema.FromJsonAsync(root.ToJsonString(), TestContext.Current.CancellationToken));
    }

    public void ShouldTake(JsonNode? value, string because) => _schema.Validate(value?.ToJsonString() ?? "null").Should().BeEmpty(because);

    public void ShouldRefuse(JsonNode? value, string because) => _schema.Validate(value?.ToJsonString() ?? "null").Should().NotBeEmpty(because);

    private static void Rename(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject members => [.. members.Select(member => member.Value)], JsonArray items => [.. items], _ => Array.Empty<JsonNode?>() })
        {
            Rename(child);
        }

        if (node is not JsonObject schema)
        {
            return;
        }

        if (schema["$ref"] is JsonValue reference)
        {
            // Older drafts read nothing beside a reference.
            schema.Clear();
            schema["$ref"] = ((string)reference!).Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        }
        else if (schema["const"] is JsonValue value && schema.Remove("const"))
        {
            schema["enum"] = new JsonArray(value.DeepClone());
        }
    }
}
