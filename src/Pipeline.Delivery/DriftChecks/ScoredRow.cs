namespace Pipeline.Delivery.DriftChecks;

/// <summary>The model's answer to one row, for estimates of how well it does.</summary>
/// <param name="Probability">Of the positive class; finite.</param>
/// <param name="Label">Whether the row turned out to be positive; null if that is not known.</param>
public readonly record struct ScoredRow(float Probability, bool? Label);
