using System.Collections.Concurrent;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.Scoring;

/// <summary>Exchanges of one model, used again and again. Thread-safe.</summary>
public sealed class ExchangePool
{
    private const int MaxKept = 256;

    private readonly ConcurrentQueue<Exchange> _spare = new();
    private int _kept;

    public Exchange Rent(LoadedModel model)
    {
        if (!_spare.TryDequeue(out var exchange))
        {
            return new Exchange(model);
        }

        Interlocked.Decrement(ref _kept);
        return exchange;
    }

    public void Return(Exchange exchange)
    {
        exchange.Clear();
        if (!exchange.IsWorthKeeping)
        {
            return;
        }

        if (Interlocked.Increment(ref _kept) <= MaxKept)
        {
            _spare.Enqueue(exchange);
        }
        else
        {
            Interlocked.Decrement(ref _kept);
        }
    }
}
