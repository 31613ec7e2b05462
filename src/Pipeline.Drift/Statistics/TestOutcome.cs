namespace Pipeline.Drift.Statistics;

/// <summary>What a test says on its own, before it is judged among others.</summary>
/// <param name="Name"><c>ks</c>, <c>chi2</c> or <c>fisher</c>.</param>
/// <param name="Statistic">KS: the distance. χ²: Pearson's statistic. Fisher: the current rate less the reference's.</param>
/// <param name="DegreesOfFreedom">Of χ²; null otherwise.</param>
/// <param name="PValue">0 to 1.</param>
/// <param name="IsApproximate">Whether an expected count is below <see cref="ChiSquaredTest.LeastExpected"/>, so that the p-value is rough.</param>
public sealed record TestOutcome(string Name, double Statistic, int? DegreesOfFreedom, double PValue, bool IsApproximate);
