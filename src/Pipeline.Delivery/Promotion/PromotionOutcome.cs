namespace Pipeline.Delivery.Promotion;

/// <summary>How far a promotion came.</summary>
/// <param name="Reached">The stages that run the package now, in order, with their records.</param>
/// <param name="Waiting">The first stage that was not reached; null if all were, or no further one was asked for.</param>
/// <param name="WaitsFor">What it waits for; empty if <paramref name="Waiting"/> is null.</param>
public sealed record PromotionOutcome(IReadOnlyList<PromotionRecord> Reached, string? Waiting, IReadOnlyList<string> WaitsFor);
