using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>The legs of a job's matrix: every combination of its values.</summary>
internal static class Matrix
{
    /// <param name="matrix">As written; null if the job has none, which is one leg.</param>
    /// <param name="assumed">Values that pin a name to one leg.</param>
    /// <param name="expression">Fills it in.</param>
    /// <exception cref="ReplayException">It has include or exclude, or a name without a list.</exception>
    public static IEnumerable<JsonObject> Legs(JsonNode? matrix, JsonObject? assumed, Expression expression)
    {
        IEnumerable<JsonObject> legs = [[]];
        foreach (var (name, value) in Template.Resolve(matrix, expression) as JsonObject ?? [])
        {
            if (name is "include" or "exclude")
            {
                throw new ReplayException($"A matrix with {name} is not replayed.");
            }

            var values = assumed?[name] is { } pinned ? [pinned.DeepClone()] : value as JsonArray ?? throw new ReplayException($"matrix.{name} is not a list.");
            legs = [.. legs.SelectMany(leg => values.Select(one => With(leg, name, one)))];
        }

        return legs;
    }

    private static JsonObject With(JsonObject leg, string name, JsonNode? value)
    {
        var with = leg.DeepClone().AsObject();
        with[name] = value?.DeepClone();
        return with;
    }
}
