using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>Rows as MLflow's clients send them: a tensor for each of the graph's inputs, row by row. A missing number is null, which numpy reads as not a number; a missing category is <see cref="FeatureSchema.MissingCategory"/>, as in the graph.</summary>
internal static class MlflowInputExample
{
    /// <exception cref="InvalidDataException">The graph takes something that the rows' columns do not give.</exception>
    public static JsonObject Of(GraphSignature graph, FeatureBatch rows)
    {
        var example = new JsonObject();
        foreach (var input in graph.Inputs)
        {
            example[input.Name] = new JsonArray([.. Enumerable.Range(0, rows.RowCount).Select(ValuesOf(input.Name, rows))]);
        }

        return example;
    }

    private static Func<int, JsonArray> ValuesOf(string input, FeatureBatch rows)
    {
        var schema = rows.Schema;
        if (input == FeatureSchema.NumericInput)
        {
            var count = schema.Numeric.Count;
            return row => new JsonArray([.. rows.Numeric.AsSpan(row * count, count).ToArray().Select(NumberOf)]);
        }

        var slot = schema.Categorical.Index().Where(feature => feature.Item.Name == input).Select(feature => feature.Index).DefaultIfEmpty(-1).Single();
        return slot >= 0
            ? row => new JsonArray(JsonValue.Create(rows.Categories[slot][row]))
            : throw new InvalidDataException($"The graph takes '{input}', of which the model's columns know nothing.");
    }

    private static JsonValue? NumberOf(float number) => float.IsNaN(number) ? null : JsonValue.Create(number);
}
