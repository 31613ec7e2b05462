using Microsoft.AspNetCore.Connections.Features;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Slows down connections that ask again at once after they have been refused, whatever <c>Retry-After</c> says. Some hundred of those, each refused as fast as it can ask, would
/// take the processor from the requests that were let in, which would then take longer, so that more are refused: a service that got there would never get out. Thread-safe.
/// </summary>
internal sealed class RefusalPace(TimeProvider clock)
{
    // Who comes again sooner has not waited at all.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    private static readonly object Key = new();

    /// <summary>How long the refusal of this request is held back: zero for a connection's first.</summary>
    public TimeSpan DelayOf(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
        {
            return TimeSpan.Zero;
        }

        var now = clock.GetTimestamp();
        if (!items.TryGetValue(Key, out var value) || value is not LastRefusal last)
        {
            items[Key] = new LastRefusal { At = now };
            return TimeSpan.Zero;
        }

        var delay = clock.GetElapsedTime(last.At, now) < AtOnce ? Delay : TimeSpan.Zero;
        last.At = now + (long)(delay.TotalSeconds * clock.TimestampFrequency);
        return delay;
    }

    // A connection has one request at a time.
    private sealed class LastRefusal
    {
        public long At { get; set; }
    }
}
