namespace Pipeline.Delivery.DriftChecks.Counters.Services;

/// <summary>What one replica's counters stood at in the last check.</summary>
/// <param name="ProcessStart">When its process had started, in seconds since 1970.</param>
/// <param name="Values">One per cell of the layout; -1 for what it did not have.</param>
public sealed record ReplicaState(double ProcessStart, IReadOnlyList<long> Values);
