using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>GitHub's rules of values in expressions: what is true, equal, and how a value is written as text. Source: GitHub's page "Evaluate expressions in workflows and actions".</summary>
public static class ExpressionValue
{
    public static bool IsTrue(JsonNode? value) => Kind(value) switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Number => Number(value) != 0,
        JsonValueKind.String => value!.GetValue<string>().Length > 0,
        _ => true,
    };

    /// <summary>Texts without regard to case; values of different kinds by their number.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right)
    {
        var (a, b) = (Kind(left), Kind(right));
        return a == JsonValueKind.String && b == JsonValueKind.String ? string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase)
            : a is JsonValueKind.Object or JsonValueKind.Array || b is JsonValueKind.Object or JsonValueKind.Array ? ReferenceEquals(left, right)
            : Number(left).Equals(Number(right)) && !double.IsNaN(Number(left));
    }

    public static double Number(JsonNode? value) => Kind(value) switch
    {
        JsonValueKind.Null or JsonValueKind.False => 0,
        JsonValueKind.True => 1,
        JsonValueKind.Number => double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture),
        JsonValueKind.String when value!.GetValue<string>().Trim() is var text => text.Length == 0 ? 0 : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
        _ => double.NaN,
    };

    public static string Text(JsonNode? value) => Kind(value) switch
    {
        JsonValueKind.Null => string.Empty,
        JsonValueKind.String => value!.GetValue<string>(),
        JsonValueKind.Number => Number(value).ToString("0.###############", CultureInfo.InvariantCulture),
        JsonValueKind.Object => "Object",
        JsonValueKind.Array => "Array",
        _ => value!.ToJsonString(),
    };

    private static JsonValueKind Kind(JsonNode? value) => value?.GetValueKind() ?? JsonValueKind.Null;
}
