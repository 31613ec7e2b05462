namespace Pipeline.Drift.Verdicts;

/// <summary>How often a feature's values were missing, infinite, out of range or unseen, on both sides: a row and a test of its own, so that none of it is dropped in silence.</summary>
/// <param name="State">Which.</param>
/// <param name="Reference">Rows of the reference in that state: of the training rows; for <see cref="ValueState.Unseen"/> of the test rows, as no training row can be.</param>
/// <param name="Current">Rows of the window in that state.</param>
/// <param name="ReferenceRate">0 to 1.</param>
/// <param name="CurrentRate">0 to 1.</param>
/// <param name="Test">Of equal rates.</param>
/// <param name="Verdict">Drift if significant and the difference is at least the policy's floor.</param>
public sealed record RateDrift(ValueState State, long Reference, long Current, double ReferenceRate, double CurrentRate, SignificanceTest Test, DriftVerdict Verdict);
