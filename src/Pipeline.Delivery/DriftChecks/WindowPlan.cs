namespace Pipeline.Delivery.DriftChecks;

/// <summary>Which windows of time a drift check looks at: so many of one length, one after the other, the last one ending at a moment.</summary>
/// <param name="Length">Of each.</param>
/// <param name="Count">At least 1.</param>
/// <param name="End">End of the last, exclusive; null: now for a source that lives, after the last row for one of rows.</param>
public sealed record WindowPlan(TimeSpan Length, int Count, DateTimeOffset? End);
