using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>Rows that no client should send and that some will: a golden row with one field changed at a time. A service answers each or says that it is at fault.</summary>
internal static class HostileRows
{
    /// <summary>How many rows there are at most, so that a model of thousands of columns is tested in a moment, too.</summary>
    public const int MaxRows = 200;

    private const int RowsPerFeature = 9;
    private const int LongText = 10_000;

    /// <param name="golden">A row that the service answers.</param>
    /// <param name="schema">The model's columns; of a wide model some are taken, evenly.</param>
    public static IEnumerable<HostileRow> Of(JsonObject golden, FeatureSchema schema)
    {
        foreach (var feature in Taken(schema.Features))
        {
            foreach (var (what, value) in Values(feature))
            {
                yield return new HostileRow($"'{feature.Name}' is {what}", With(golden, feature.Name, value));
            }

            yield return new HostileRow($"'{feature.Name}' is not there", Without(golden, feature.Name));
        }

        yield return new HostileRow("a column that the model does not have", With(golden, NameBeside(schema), 1));
    }

    private static IEnumerable<Feature> Taken(IReadOnlyList<Feature> features)
    {
        var taken = Math.Min(features.Count, (MaxRows - 1) / RowsPerFeature);
        return Enumerable.Range(0, taken).Select(i => features[(int)((long)i * features.Count / taken)]);
    }

    private static IReadOnlyList<(string What, JsonNode? Value)> Values(Feature feature) =>
    [
        ("null", null),
        ("a category that training never saw", NeverSeen(feature)),
        ("an empty text", string.Empty),
        ("a text of 10,000 characters", new string('x', LongText)),
        ("the greatest 32-bit number", float.MaxValue),
        ("the least 32-bit number", float.MinValue),
        ("1e300", 1e300),
        ("a list", new JsonArray(1, "two")),
    ];

    private static string NeverSeen(Feature feature)
    {
        var text = "never seen in training";
        while (feature.Categories?.Contains(text) == true)
        {
            text += "!";
        }

        return text;
    }

    private static string NameBeside(FeatureSchema schema)
    {
        var name = "no such column";
        while (schema.Features.Any(feature => feature.Name == name))
        {
            name += "!";
        }

        return name;
    }

    private static JsonObject With(JsonObject golden, string name, JsonNode? value)
    {
        var row = (JsonObject)golden.DeepClone();
        row[name] = value;
        return row;
    }

    private static JsonObject Without(JsonObject golden, string name)
    {
        var row = (JsonObject)golden.DeepClone();
        row.Remove(name);
        return row;
    }
}
