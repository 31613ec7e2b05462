using System.Globalization;
using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>The functions of expressions that need their arguments alone.</summary>
internal static class ExpressionFunctions
{
    public static bool TryCall(string name, IReadOnlyList<JsonNode?> arguments, out JsonNode? value)
    {
        var texts = arguments.Select(ExpressionValue.Text).ToList();
        (var isKnown, value) = (name.ToUpperInvariant(), arguments.Count) switch
        {
            ("FROMJSON", 1) => (true, JsonNode.Parse(texts[0])),
            ("TOJSON", 1) => (true, JsonValue.Create(arguments[0]?.ToJsonString() ?? "null")),
            ("FORMAT", > 0) => (true, JsonValue.Create(string.Format(CultureInfo.InvariantCulture, texts[0], [.. texts.Skip(1)]))),
            ("CONTAINS", 2) => (true, JsonValue.Create(arguments[0] is JsonArray list
                ? list.Any(item => ExpressionValue.AreEqual(item, arguments[1]))
                : texts[0].Contains(texts[1], StringComparison.OrdinalIgnoreCase))),
            ("STARTSWITH", 2) => (true, JsonValue.Create(texts[0].StartsWith(texts[1], StringComparison.OrdinalIgnoreCase))),
            ("ENDSWITH", 2) => (true, JsonValue.Create(texts[0].EndsWith(texts[1], StringComparison.OrdinalIgnoreCase))),
            ("JOIN", 1 or 2) => (true, JsonValue.Create(string.Join(texts.ElementAtOrDefault(1) ?? ",", arguments[0] is JsonArray items ? items.Select(ExpressionValue.Text) : [texts[0]]))),
            _ => (false, (JsonNode?)null),
        };
        return isKnown;
    }
}
