using System.Text.Json.Nodes;
using NJsonSchema;

namespace Pipeline.Delivery.Tests.Packaging;

/// <summary>CycloneDX's JSON schema of version 1.6. The two schemas that it refers to are other files of that project and are not here: licences are then any text, and signatures any object; the BOM has neither.</summary>
internal static class BomSchema
{
    public static async Task<JsonSchema> LoadAsync(CancellationToken cancellationToken)
    {
        var schema = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Packaging", "bom-1.6.schema.json"), cancellationToken))!.AsObject();
        schema["definitions"]!["licenseId"] = new JsonObject { ["type"] = "string" };
        schema["definitions"]!["anySignature"] = new JsonObject { ["type"] = "object" };
        Redirect(schema, "spdx.schema.json", "#/definitions/licenseId");
        Redirect(schema, "jsf-0.82.schema.json#/definitions/signature", "#/definitions/anySignature");
        return await JsonSchema.FromJsonAsync(schema.ToJsonString(), cancellationToken);
    }

    private static void Redirect(JsonNode? node, string from, string to)
    {
        switch (node)
        {
            case JsonObject found when (found["$ref"] as JsonValue)?.ToString() == from:
                found["$ref"] = to;
                break;
            case JsonObject parent:
                foreach (var (_, child) in parent)
                {
                    Redirect(child, from, to);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Redirect(item, from, to);
                }

                break;
        }
    }
}
