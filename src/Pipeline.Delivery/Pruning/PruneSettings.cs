using Pipeline.Engine;

namespace Pipeline.Delivery.Pruning;

/// <summary>How far the store is pruned.</summary>
/// <param name="Keep">What may stay.</param>
/// <param name="IsDryRun">True to show only what would be removed.</param>
public sealed record PruneSettings(DataSize Keep, bool IsDryRun)
{
    /// <summary>Some dozen runs of a small model with its service.</summary>
    public static DataSize DefaultKeep { get; } = new(5L << 30);
}
