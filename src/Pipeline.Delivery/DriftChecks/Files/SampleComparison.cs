using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Compares a numeric feature's values on both sides.</summary>
/// <param name="reference">At least one value, all finite floats, in ascending order.</param>
/// <param name="current">Likewise.</param>
public delegate SampleDistance SampleComparison(double[] reference, double[] current);
