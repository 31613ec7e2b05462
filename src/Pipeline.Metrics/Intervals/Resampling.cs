namespace Pipeline.Metrics.Intervals;

/// <summary>How resamples are drawn.</summary>
/// <param name="Replicates">How many.</param>
/// <param name="Seed">The same seed gives the same resamples, on any machine and with any number of threads.</param>
public sealed record Resampling(int Replicates, ulong Seed)
{
    /// <summary>Enough for ends of a 95 % interval that vary by some hundredths of its width.</summary>
    public static Resampling Default { get; } = new(1_000, 1);
}
