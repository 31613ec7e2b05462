using System.Text.Json;

namespace Pipeline.Drift.Tests;

/// <summary>drift-vectors.json, made with numpy and scipy. Cases whose rows come from a generator are not among those given here.</summary>
internal static class DriftVectors
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "drift-vectors.json"))).RootElement;

    public static IEnumerable<string> NamesOf(string kind) =>
        Root.GetProperty(kind).EnumerateArray().Where(vector => kind != "numeric" || vector.TryGetProperty("reference", out _)).Select(vector => vector.GetProperty("name").GetString()!);

    public static JsonElement Find(string kind, string name) => Root.GetProperty(kind).EnumerateArray().Single(vector => vector.GetProperty("name").GetString() == name);

    public static double[] Numbers(this JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble())];

    public static Dictionary<string, long> Counts(this JsonElement vector, string name) => vector.GetProperty(name).EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetInt64());
}
