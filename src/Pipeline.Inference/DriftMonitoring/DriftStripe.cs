namespace Pipeline.Inference.DriftMonitoring;

/// <summary>One of several sets of the same counts, so that processors seldom wait for each other. To be touched only under its lock.</summary>
internal sealed class DriftStripe(int cellCount)
{
    public Lock Lock { get; } = new();

    public long[] Cells { get; } = new long[cellCount];
}
