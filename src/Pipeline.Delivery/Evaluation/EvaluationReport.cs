using Pipeline.Metrics;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How a candidate does on the test rows, the content of evaluation.json.</summary>
/// <param name="Rows">Test rows.</param>
/// <param name="Positives">Of them with a true label.</param>
/// <param name="Threshold">The decision threshold.</param>
/// <param name="Metrics">By name; see <see cref="BinaryMetrics.All"/>.</param>
/// <param name="Confusion">Counts at the threshold.</param>
/// <param name="Calibration">Ten equal-width bins of probability, those without rows left out.</param>
public sealed record EvaluationReport(
    int Rows,
    int Positives,
    float Threshold,
    IReadOnlyDictionary<string, MetricEstimate> Metrics,
    ConfusionMatrix Confusion,
    IReadOnlyList<CalibrationBin> Calibration)
{
    /// <summary>What each decision threshold would give, from the highest down: some hundred points, whatever the number of rows.</summary>
    public IReadOnlyList<ThresholdPoint> Curve { get; init; } = [];

    /// <summary>Rows by class and probability.</summary>
    public IReadOnlyList<ScoreBin> Scores { get; init; } = [];

    /// <summary>The metrics' values; null where undefined.</summary>
    public IReadOnlyDictionary<string, double?> Values() => Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Value);
}
