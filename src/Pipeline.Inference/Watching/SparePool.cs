using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Inference.Watching;

/// <summary>Objects to be used again, as many as may wait in a queue. Thread-safe.</summary>
/// <param name="maxKept">More than this are left to the garbage collector.</param>
public sealed class SparePool<T>(int maxKept)
    where T : class
{
    private readonly ConcurrentQueue<T> _spare = new();
    private int _kept;

    public bool TryRent([NotNullWhen(true)] out T? item)
    {
        if (!_spare.TryDequeue(out item))
        {
            return false;
        }

        Interlocked.Decrement(ref _kept);
        return true;
    }

    public void Return(T item)
    {
        if (Interlocked.Increment(ref _kept) <= maxKept)
        {
            _spare.Enqueue(item);
        }
        else
        {
            Interlocked.Decrement(ref _kept);
        }
    }
}
