using System.Collections.Concurrent;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.Scoring;

/// <summary>Exchanges of one model, used again and again. Thread-safe.</summary>
public sealed class ExchangePool
{
    /// <summary>Memory that spare exchanges may hold, all together: what a burst of large requests took is mostly given back.</summary>
    public const long MaxBytesKept = 16 << 20;

    private readonly ConcurrentQueue<Exchange> _spare = new();
    private long _bytesKept;

    public Exchange Rent(LoadedModel model)
    {
        if (!_spare.TryDequeue(out var exchange))
        {
            return new Exchange(model);
        }

        Interlocked.Add(ref _bytesKept, -exchange.Footprint);
        return exchange;
    }

    public void Return(Exchange exchange)
    {
        exchange.Clear();
        if (Interlocked.Add(ref _bytesKept, exchange.Footprint) <= MaxBytesKept)
        {
            _spare.Enqueue(exchange);
        }
        else
        {
            Interlocked.Add(ref _bytesKept, -exchange.Footprint);
        }
    }
}
