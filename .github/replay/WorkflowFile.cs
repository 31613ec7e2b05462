using System.Text.Json.Nodes;
using Pipeline.Delivery.Definition.Yaml;
using YamlDotNet.Core;

namespace Pipeline.WorkflowReplay;

/// <summary>A workflow as JSON, with the members in the file's order.</summary>
public static class WorkflowFile
{
    /// <exception cref="ReplayException">The file is not YAML, or no mapping.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return YamlTree.Read(File.ReadAllText(path)) is YamlMapping mapping ? ToJson(mapping)!.AsObject() : throw new ReplayException($"{path} is not a workflow: it holds no keys.");
        }
        catch (YamlException e)
        {
            throw new ReplayException($"{path}, line {e.Start.Line}: {e.Message}");
        }
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Boolean: { } truth } => JsonValue.Create(truth),
        YamlScalar { Number: { } number } => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };
}
