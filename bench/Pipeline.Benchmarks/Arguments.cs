using System.Globalization;
using System.Net;

namespace Pipeline.Benchmarks;

/// <summary>Options of a verb, each <c>--name value</c>. What is wrong or left over is an <see cref="ArgumentException"/>, which says so in one line.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Arguments(ReadOnlySpan<string> arguments)
    {
        for (var index = 0; index < arguments.Length; index += 2)
        {
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || index + 1 == arguments.Length || !_values.TryAdd(arguments[index], arguments[index + 1]))
            {
                throw new ArgumentException($"'{arguments[index]}' is not an option with a value that is given once.");
            }
        }
    }

    public string Text(string name) => _values.Remove(name, out var value) ? value : throw new ArgumentException($"{name} is missing.");

    public string Text(string name, string byDefault) => _values.Remove(name, out var value) ? value : byDefault;

    public int Number(string name, int byDefault)
    {
        if (!_values.Remove(name, out var value))
        {
            return byDefault;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"{name} must be a whole number, not '{value}'.");
    }

    /// <summary>The option --port: a service on this machine.</summary>
    public IPEndPoint Endpoint() => new(IPAddress.Loopback, Number("--port", 8080));

    /// <exception cref="ArgumentException">An option is left that the verb does not take.</exception>
    public void ShouldBeUsedUp()
    {
        if (_values.Count > 0)
        {
            throw new ArgumentException($"The verb does not take {string.Join(", ", _values.Keys)}.");
        }
    }
}
