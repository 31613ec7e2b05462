namespace Pipeline.Metrics.Regression;

/// <summary>A point of a quantile-quantile plot: were errors normal, both would be the same.</summary>
/// <param name="Normal">The standard normal distribution's quantile.</param>
/// <param name="Errors">That of the errors, less their mean and in their standard deviations.</param>
public sealed record QuantilePair(double Normal, double Errors);
