namespace Pipeline.Delivery.Definition;

/// <summary>A half-open range of days.</summary>
/// <param name="From">First day in it.</param>
/// <param name="Before">First day after it.</param>
public sealed record TimeRange(DateOnly From, DateOnly Before);
