namespace Pipeline.Inference.PredictionLog;

/// <summary>
/// Draws the share of requests that are logged. The n-th draw depends on the seed and n alone: nothing that a client sends can make its requests more or less likely to be
/// logged, and replicas, which have seeds of their own, draw independently. Thread-safe.
/// </summary>
/// <param name="share">From 0, none, to 1, all.</param>
/// <param name="seed">Any number.</param>
public sealed class RequestSampler(double share, long seed)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state = unchecked((ulong)seed);

    public bool Next() => share switch
    {
        >= 1 => true,
        <= 0 => false,
        _ => Mix(Interlocked.Add(ref _state, GoldenGamma)) < share,
    };

    // SplitMix64 (Steele, Lea and Flood 2014); the upper 53 bits as a number in [0, 1).
    private static double Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}
