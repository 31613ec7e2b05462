namespace Pipeline.Drift.Verdicts;

/// <summary>One metric of the model on a window's rows: as the labels say where they are known, and as the calibrated probabilities let expect where they are not.</summary>
/// <param name="Metric">Such as <c>rocAuc</c>, <c>accuracy</c>.</param>
/// <param name="Reference">Its value on the reference's test rows; null if undefined there.</param>
/// <param name="Estimate">Its expected value on the window's rows, without any label, if the model is calibrated there as on the test rows; null if undefined.</param>
/// <param name="EstimateLow">Estimate less three standard errors of a window of that size; null likewise.</param>
/// <param name="EstimateHigh">Estimate plus three standard errors; null likewise.</param>
/// <param name="Realized">Its value by the labels that are known; null if none is, or if undefined.</param>
/// <param name="LabeledRows">Rows with a label.</param>
public sealed record PerformanceEstimate(string Metric, double? Reference, double? Estimate, double? EstimateLow, double? EstimateHigh, double? Realized, long LabeledRows)
{
    /// <summary>What the estimate rests on; to be printed beside it.</summary>
    public const string Assumption = "assumes that the model is calibrated on these rows as it was on the test rows: no concept drift, no region that training did not see";
}
