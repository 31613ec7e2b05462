namespace Pipeline.Metrics.Regression;

/// <summary>A point of the distribution of absolute errors.</summary>
/// <param name="Error">In the label's unit.</param>
/// <param name="Share">Of rows whose |error| is at most that.</param>
public sealed record ErrorShare(double Error, double Share);
