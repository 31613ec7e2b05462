namespace Pipeline.Delivery.DriftChecks;

/// <summary>The answer of a model of classes to one row, for estimates of how well it does. Labels are indices into the model's.</summary>
/// <param name="Score">The probability of the positive class, or of the most probable one; finite.</param>
/// <param name="Answer">The label that was answered.</param>
/// <param name="Label">What the row turned out to be; null if that is not known.</param>
public readonly record struct ScoredRow(float Score, int Answer, int? Label);
