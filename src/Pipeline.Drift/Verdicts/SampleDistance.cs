namespace Pipeline.Drift.Verdicts;

/// <summary>Distances of a numeric feature that need the values themselves, not counts in bins. They inform; the verdict is by the bins, so that it is the same from every source.</summary>
/// <param name="KolmogorovSmirnov">The greatest distance of the empirical distribution functions: 0 to 1.</param>
/// <param name="PValue">By Stephens' approximation.</param>
/// <param name="Wasserstein">In the feature's own unit.</param>
/// <param name="WassersteinOverSigma">In standard deviations (of the population) of the reference; null if that is 0.</param>
public sealed record SampleDistance(double KolmogorovSmirnov, double PValue, double Wasserstein, double? WassersteinOverSigma);
