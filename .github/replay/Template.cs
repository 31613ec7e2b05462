using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.WorkflowReplay;

/// <summary>Text of a workflow with <c>${{ }}</c> in it, filled in.</summary>
public static partial class Template
{
    /// <summary>A text.</summary>
    public static string Fill(string text, Expression expression) => Placeholder().Replace(text, match => ExpressionValue.Text(expression.Evaluate(match.Groups["source"].Value)));

    /// <summary>Any value: what is one expression alone keeps its kind, so that a list stays one.</summary>
    public static JsonNode? Resolve(JsonNode? value, Expression expression) => value switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Resolve(member.Value, expression)))),
        JsonArray items => new JsonArray([.. items.Select(item => Resolve(item, expression))]),
        JsonValue text when text.TryGetValue<string>(out var written) => Whole().Match(written) is { Success: true } match
            ? expression.Evaluate(match.Groups["source"].Value)?.DeepClone()
            : JsonValue.Create(Fill(written, expression)),
        null => null,
        _ => value.DeepClone(),
    };

    /// <summary>Whether a step or job runs: its <c>if</c>, with or without <c>${{ }}</c>; without one, whether all went well so far.</summary>
    public static bool Holds(JsonNode? condition, Expression expression)
    {
        var written = ExpressionValue.Text(condition);
        var source = written.Length == 0 ? "success()" : Whole().Match(written) is { Success: true } match ? match.Groups["source"].Value : written;
        return (Expression.AsksForState(source) || ExpressionValue.IsTrue(expression.Evaluate("success()"))) && ExpressionValue.IsTrue(expression.Evaluate(source));
    }

    [GeneratedRegex(@"\$\{\{(?<source>(?:'[^']*'|[^'}])*)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\s*\$\{\{(?<source>(?:'[^']*'|[^'}])*)\}\}\s*\z")]
    private static partial Regex Whole();
}
