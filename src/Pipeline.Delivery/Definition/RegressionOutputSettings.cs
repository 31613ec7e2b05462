namespace Pipeline.Delivery.Definition;

/// <summary>What a predicted number is.</summary>
/// <param name="Unit">For people, such as <c>°C</c>; null if it has none.</param>
public sealed record RegressionOutputSettings(string? Unit) : OutputSettings;
