using System.Collections.Concurrent;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Tells once what a server cannot do and is done without. Thread-safe.</summary>
internal sealed class MlflowWarning(Action<string>? tell)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public void Once(string topic, string message)
    {
        if (_told.TryAdd(topic, true))
        {
            tell?.Invoke(message);
        }
    }
}
