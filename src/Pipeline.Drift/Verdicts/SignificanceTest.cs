namespace Pipeline.Drift.Verdicts;

/// <summary>A test of the hypothesis that both sides follow one law.</summary>
/// <param name="Name"><c>ks</c>, <c>chi2</c>, <c>fisher</c>: which test it was. Where bins are rare the one of <see cref="Statistics.HomogeneityTest"/> that decided.</param>
/// <param name="Statistic">KS: the greatest distance of the two cumulative shares, 0 to 1. χ²: Pearson's statistic. Fisher's exact test: the odds ratio is not given; the difference of the rates.</param>
/// <param name="DegreesOfFreedom">Of χ²; null otherwise.</param>
/// <param name="PValue">0 to 1.</param>
/// <param name="AdjustedPValue">After Benjamini and Hochberg over all tests of the window; 0 to 1. It is 1 for a test that cannot decide anything: of too few rows, or of a state that came on neither side.</param>
/// <param name="IsApproximate">Whether an expected count is below 5, so that rare bins were taken together and the p-value is a bound.</param>
public sealed record SignificanceTest(string Name, double Statistic, int? DegreesOfFreedom, double PValue, double AdjustedPValue, bool IsApproximate);
