namespace Pipeline.Delivery.Definition;

/// <summary>Where a search looks for a setting.</summary>
/// <param name="Min">The least value.</param>
/// <param name="Max">The greatest.</param>
public sealed record SearchRange(double Min, double Max);
