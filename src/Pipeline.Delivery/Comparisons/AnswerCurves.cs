using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Comparisons;

/// <summary>What there is to draw of a model's answers.</summary>
/// <param name="Curve">What each decision threshold would give, from the highest down.</param>
/// <param name="Calibration">Ten equal-width bins of probability, those without rows left out.</param>
public sealed record AnswerCurves(IReadOnlyList<ThresholdPoint> Curve, IReadOnlyList<CalibrationBin> Calibration);
