using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Images;

/// <summary>
/// What the Docker engine says while it builds, pulls or pushes. Failures come as messages in this stream, not as exceptions, and the failure is the last one; so messages are
/// taken in synchronously (<see cref="Progress{T}"/> would still be handing them out when the call has returned).
/// </summary>
internal sealed class StreamedMessages(Action<JSONMessage>? watch = null) : IProgress<JSONMessage>
{
    private const int KeptMessages = 200;

    private readonly Queue<string> _log = new();
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The first failure; null if all went well.</summary>
    public string? Error { get; private set; }

    /// <summary>The last lines, for messages.</summary>
    public string LogTail => CommandLine.Tail(string.Concat(_log));

    /// <summary>A value that the engine reported as a result (<c>ID</c> of a build, <c>Digest</c> of a push); null if it did not.</summary>
    public string? Result(string name) => _values.GetValueOrDefault(name);

    public void Report(JSONMessage value)
    {
        Error ??= value.Error?.Message;
        foreach (var (name, result) in value.Aux?.ExtensionData ?? new Dictionary<string, object>())
        {
            _values[name] = result.ToString() ?? string.Empty;
        }

        if ((value.Stream ?? value.Status) is { Length: > 0 } text)
        {
            _log.Enqueue(text.EndsWith('\n') ? text : text + "\n");
            if (_log.Count > KeptMessages)
            {
                _log.Dequeue();
            }
        }

        watch?.Invoke(value);
    }
}
