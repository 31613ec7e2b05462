namespace Pipeline.Inference.Scoring;

/// <summary>
/// Bounds the memory of all bodies that are being read at once: the cap on requests times the cap on one body is far more than a container has. Ordinary bodies are too
/// small to count. Thread-safe.
/// </summary>
internal sealed class BodyBudget(long bytes)
{
    // The cap on requests keeps what is below it bounded: 256 requests take 16 MiB.
    private const int Uncounted = 64 << 10;

    private long _taken;

    /// <summary>Takes a buffer's bytes, if they are still to be had.</summary>
    public bool TryTake(int length)
    {
        if (length <= Uncounted || Interlocked.Add(ref _taken, length) <= bytes)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -length);
        return false;
    }

    public void Return(int length)
    {
        if (length > Uncounted)
        {
            Interlocked.Add(ref _taken, -length);
        }
    }
}
