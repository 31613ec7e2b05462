namespace Pipeline.Metrics.Comparisons;

/// <summary>How much a challenger's metric differs from a champion's on the same rows.</summary>
/// <param name="Value">The challenger's less the champion's.</param>
/// <param name="Interval">With 95 % confidence, both ends.</param>
/// <param name="LowerBound">With 95 % confidence it is not below this, looking at one end only.</param>
/// <param name="UpperBound">With 95 % confidence it is not above this, looking at one end only.</param>
/// <param name="ShareAbove">The share of resamples in which the challenger's is greater.</param>
public sealed record PairedDifference(double Value, ConfidenceInterval Interval, double LowerBound, double UpperBound, double ShareAbove);
