using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Inference.Watching;

/// <summary>
/// Hands items from requests to one background thread. It never blocks the side that adds: what finds no room is refused. The taker looks again by itself after a short
/// wait, and is woken only when the queue is half full, because waking a thread for each request would cost more than the copy that it is woken for. Thread-safe.
/// </summary>
/// <param name="maxItems">Items that may wait.</param>
/// <param name="maxBytes">Bytes of all items that may wait; a single larger item is taken if nothing else waits.</param>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is a queue.")]
public sealed class DropQueue<T>(int maxItems, long maxBytes)
    where T : class
{
    private readonly ConcurrentQueue<T> _items = new();

    // A monitor, because it needs no disposal, which the taker's thread might outlive.
    private readonly object _gate = new();
    private bool _isWoken;
    private int _count;
    private long _bytes;

    /// <summary>Takes room for an item, before it is worth being made; false if there is none.</summary>
    public bool TryReserve(long bytes)
    {
        var count = Interlocked.Increment(ref _count);
        var allBytes = Interlocked.Add(ref _bytes, bytes);
        if (count <= maxItems && (allBytes <= maxBytes || count == 1))
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Adds an item that has its room.</summary>
    public void Add(T item)
    {
        _items.Enqueue(item);
        if (Volatile.Read(ref _count) > maxItems / 2 || Volatile.Read(ref _bytes) > maxBytes / 2)
        {
            Wake();
        }
    }

    /// <summary>The next item, if there is one now. Its room stays taken until <see cref="Release"/>, so that what is being worked on is bounded, too.</summary>
    public bool TryTake([NotNullWhen(true)] out T? item) => _items.TryDequeue(out item);

    /// <summary>Gives back the room of an item with so many bytes.</summary>
    public void Release(long bytes)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -bytes);
    }

    /// <summary>Waits until there is much to take, or something else has come up, or the time is over.</summary>
    public void Wait(TimeSpan time)
    {
        lock (_gate)
        {
            if (!_isWoken)
            {
                Monitor.Wait(_gate, time);
            }

            _isWoken = false;
        }
    }

    /// <summary>Ends the taker's wait.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.Pulse(_gate);
        }
    }
}
