using System.Text.Json;
using FluentAssertions.Execution;
using FluentAssertions.Numeric;

namespace Pipeline.Drift.Tests;

/// <summary>drift-vectors.json, made with numpy and scipy.</summary>
internal static class DriftVectors
{
    // Of the vectors' own rows too many for the file: Park and Miller's minimal standard generator, of which twelve numbers less 6 make a nearly normal one.
    private const long Modulus = int.MaxValue;
    private const long Multiplier = 48_271;

    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "drift-vectors.json"))).RootElement;

    public static JsonElement SpecialFunctions => Root.GetProperty("special_functions");

    public static IEnumerable<string> NamesOf(string kind) => Root.GetProperty(kind).EnumerateArray().Select(vector => vector.GetProperty("name").GetString()!);

    public static JsonElement Find(string kind, string name) => Root.GetProperty(kind).EnumerateArray().Single(vector => vector.GetProperty("name").GetString() == name);

    public static double Number(this JsonElement vector, string name) => vector.GetProperty(name).GetDouble();

    public static double[] Numbers(this JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble())];

    public static long[] Integers(this JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.GetInt64())];

    public static Dictionary<string, long> Counts(this JsonElement vector, string name) => vector.GetProperty(name).EnumerateObject().ToDictionary(count => count.Name, count => count.Value.GetInt64());

    /// <summary>The rows of a numeric vector's side, as they stand there or from its generator.</summary>
    public static double[] Rows(this JsonElement vector, string side)
    {
        if (!vector.TryGetProperty("generator", out var generators))
        {
            return vector.Numbers(side);
        }

        var generator = generators.GetProperty(side);
        var state = generator.GetProperty("seed").GetInt64();
        var isUniform = generator.GetProperty("kind").GetString() == "u";
        return [.. Enumerable.Range(0, generator.GetProperty("n").GetInt32()).Select(_ => generator.Number("loc") + (generator.Number("scale") * (isUniform ? Next() : Enumerable.Range(0, 12).Sum(_ => Next()) - 6)))];

        double Next()
        {
            state = state * Multiplier % Modulus;
            return (double)state / Modulus;
        }
    }

    /// <summary>Within the tolerance that the vectors state: absolute or relative.</summary>
    public static void BeAsExpected(this NumericAssertions<double> actual, double expected, string because = "", double tolerance = 1e-9)
    {
        var value = (double)actual.Subject!;
        Execute.Assertion.ForCondition(Math.Abs(value - expected) <= tolerance * Math.Max(1, Math.Abs(expected)) || Math.Abs(value - expected) <= tolerance * Math.Abs(expected))
            .FailWith("Expected {0}, and got {1} {2}.", expected, value, because);
    }
}
