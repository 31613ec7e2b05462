namespace Pipeline.Metrics.Comparisons;

/// <summary>The difference of two areas under the ROC curve on the same rows.</summary>
/// <param name="Difference">The first less the second.</param>
/// <param name="StandardError">0 if both models rank alike.</param>
/// <param name="Z">The difference in standard errors; null if the standard error is 0.</param>
/// <param name="PValue">Two-sided, of no difference; null if the standard error is 0.</param>
public sealed record DeLongDifference(double Difference, double StandardError, double? Z, double? PValue);
