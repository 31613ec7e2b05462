using System.Text.Json;
using Pipeline.Metrics.Binary;

namespace Pipeline.Metrics.Tests;

/// <summary>eval-vectors.json, made with scikit-learn and scipy.</summary>
internal static class EvaluationVectors
{
    public const double Tolerance = 1e-9;

    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "eval-vectors.json"))).RootElement;

    public static JsonElement Binary => Root.GetProperty("binary");

    public static BinarySample Sample(string model) => BinarySample.Of(Binary.Labels("y"), Binary.Numbers($"p_{model}"), 0.5);

    public static double Number(this JsonElement vector, string name) => vector.GetProperty(name).GetDouble();

    public static double[] Numbers(this JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    public static int[] Integers(this JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];

    public static bool[] Labels(this JsonElement vector, string name) => [.. vector.Integers(name).Select(label => label == 1)];

    /// <summary>Compares every number of a vector that has a name here.</summary>
    /// <returns>How many were compared.</returns>
    public static int Compare(IReadOnlyDictionary<string, double?> values, JsonElement expected, IReadOnlyDictionary<string, string> names)
    {
        var compared = 0;
        foreach (var (vectorName, name) in names)
        {
            if (expected.TryGetProperty(vectorName, out var value))
            {
                compared++;
                if (value.ValueKind == JsonValueKind.Null)
                {
                    values[name].Should().BeNull(name);
                }
                else
                {
                    values[name].Should().BeApproximately(value.GetDouble(), Tolerance, name);
                }
            }
        }

        return compared;
    }
}
