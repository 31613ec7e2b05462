using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>MLflow's JSON: empty fields are left out, 64-bit numbers may be strings, and so are NaN and the infinities.</summary>
internal static class MlflowJson
{
    /// <summary>Letters are sent as they are: escaped, 100 long parameters would be more than a server takes at once.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonElement? Field(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement json, string name) => json.Field(name) is { } value ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText() : null;

    public static long? Integer(this JsonElement json, string name) => long.TryParse(json.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    public static double Number(this JsonElement json, string name) => json.Text(name) switch
    {
        null => 0,
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"'{name}' is no number."),
    };

    public static DateTimeOffset Time(this JsonElement json, string name) => DateTimeOffset.FromUnixTimeMilliseconds(json.Integer(name) ?? 0);

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) => json.Field(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    /// <summary>A list of keys and values; the last one of a key counts.</summary>
    public static Dictionary<string, string> Pairs(this JsonElement json, string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in json.Items(name))
        {
            pairs[pair.Text("key") ?? string.Empty] = pair.Text("value") ?? string.Empty;
        }

        return pairs;
    }

    public static JsonObject Pair(string key, string value) => new() { ["key"] = key, ["value"] = value };

    public static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) => [.. pairs.Select(pair => Pair(pair.Key, pair.Value))];

    public static JsonNode Number(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "Infinity" : double.IsNegativeInfinity(value) ? "-Infinity" : value;
}
