using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.WorkflowReplay;

/// <summary>Evaluates one expression of a workflow, such as <c>inputs.stage || 'staging'</c>.</summary>
/// <param name="contexts">Contexts by name: github, env, vars, …</param>
/// <param name="call">Answers a function that is about the state of the run or its files, such as <c>success()</c>.</param>
public sealed partial class Expression(JsonObject contexts, Func<string, IReadOnlyList<JsonNode?>, JsonNode?> call)
{
    private string _source = string.Empty;
    private List<string> _tokens = [];
    private int _next;

    private string? Token => _next < _tokens.Count ? _tokens[_next] : null;

    /// <exception cref="ReplayException">It is written in a way that is not known here.</exception>
    public JsonNode? Evaluate(string source)
    {
        _source = source;
        _tokens = [.. Tokens().Matches(source).Select(match => match.Value)];
        _next = 0;
        if (Blank().Replace(Tokens().Replace(source, string.Empty), string.Empty) is { Length: > 0 } rest)
        {
            throw new ReplayException($"Expression '{source}': '{rest}' is not known.");
        }

        var value = Or();
        return Token is null ? value : throw Unexpected();
    }

    /// <summary>Whether it asks for the state of the run itself; if not, GitHub puts <c>success() &amp;&amp;</c> before a condition.</summary>
    public static bool AsksForState(string source) => StateFunction().IsMatch(source);

    private JsonNode? Or()
    {
        var value = And();
        while (Take("||"))
        {
            var other = And();
            value = ExpressionValue.IsTrue(value) ? value : other;
        }

        return value;
    }

    private JsonNode? And()
    {
        var value = Equality();
        while (Take("&&"))
        {
            var other = Equality();
            value = ExpressionValue.IsTrue(value) ? other : value;
        }

        return value;
    }

    private JsonNode? Equality()
    {
        var value = Comparison();
        while (Token is "==" or "!=")
        {
            var wantsEqual = _tokens[_next++] == "==";
            value = JsonValue.Create(ExpressionValue.AreEqual(value, Comparison()) == wantsEqual);
        }

        return value;
    }

    private JsonNode? Comparison()
    {
        var value = Not();
        while (Token is "<" or "<=" or ">" or ">=")
        {
            var comparison = _tokens[_next++];
            var (left, right) = (ExpressionValue.Number(value), ExpressionValue.Number(Not()));
            value = JsonValue.Create(comparison switch { "<" => left < right, "<=" => left <= right, ">" => left > right, _ => left >= right });
        }

        return value;
    }

    private JsonNode? Not() => Take("!") ? JsonValue.Create(!ExpressionValue.IsTrue(Not())) : Member();

    private JsonNode? Member()
    {
        var value = Primary();
        while (true)
        {
            if (Take("."))
            {
                value = Find(value, Name());
            }
            else if (Take("["))
            {
                var key = Or();
                Expect("]");
                value = value is JsonArray list ? list.ElementAtOrDefault((int)ExpressionValue.Number(key)) : Find(value, ExpressionValue.Text(key));
            }
            else
            {
                return value;
            }
        }
    }

    private JsonNode? Primary()
    {
        if (Take("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        var token = Token ?? throw Unexpected();
        if (token[0] == '\'')
        {
            _next++;
            return JsonValue.Create(token[1..^1].Replace("''", "'", StringComparison.Ordinal));
        }

        if (char.IsAsciiDigit(token[0]) || token[0] == '-')
        {
            _next++;
            return JsonValue.Create(double.Parse(token, CultureInfo.InvariantCulture));
        }

        var name = Name();
        return name is "true" or "false" ? JsonValue.Create(name == "true")
            : name == "null" ? null
            : Take("(") ? Call(name)
            : contexts.Any(context => Same(context.Key, name)) ? Find(contexts, name)
            : throw new ReplayException($"Expression '{_source}': there is no context '{name}' here.");
    }

    private JsonNode? Call(string name)
    {
        var arguments = new List<JsonNode?>();
        while (!Take(")"))
        {
            arguments.Add(Or());
            if (Token != ")")
            {
                Expect(",");
            }
        }

        return ExpressionFunctions.TryCall(name, arguments, out var value) ? value : call(name, arguments);
    }

    private bool Take(string token)
    {
        var isNext = Token == token;
        _next += isNext ? 1 : 0;
        return isNext;
    }

    private void Expect(string token)
    {
        if (!Take(token))
        {
            throw Unexpected();
        }
    }

    private string Name() => Token is { } token && (char.IsAsciiLetter(token[0]) || token[0] == '_') ? _tokens[_next++] : throw Unexpected();

    private ReplayException Unexpected() => new($"Expression '{_source}': {(Token is null ? "it ends too early" : $"'{Token}' is not expected there")}.");

    private static JsonNode? Find(JsonNode? value, string name) => value is JsonObject members ? members.FirstOrDefault(member => Same(member.Key, name)).Value : null;

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"'(?:[^']|'')*'|-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*|[=!<>]=|&&|\|\||[!<>().\[\],]")]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    [GeneratedRegex(@"\b(?:always|success|failure|cancelled)\s*\(")]
    private static partial Regex StateFunction();
}
