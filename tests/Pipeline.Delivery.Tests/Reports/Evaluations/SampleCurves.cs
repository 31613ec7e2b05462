using Pipeline.Delivery.Training;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

/// <summary>Made-up learning curves.</summary>
internal static class SampleCurves
{
    public static IReadOnlyList<LearningCurvePoint> Falling => Of(1, 500, 1_000);

    /// <summary>Best in the middle.</summary>
    public static IReadOnlyList<LearningCurvePoint> Overfitted => [Point(1, 0.69, 0.69), Point(20, 0.5, 0.55), Point(40, 0.3, 0.625)];

    public static IReadOnlyList<LearningCurvePoint> OfOneTree => Of(1);

    private static IReadOnlyList<LearningCurvePoint> Of(params int[] steps) => [.. steps.Select(step => Point(step, 0.4 / Math.Sqrt(step), 0.5 / Math.Sqrt(step)))];

    private static LearningCurvePoint Point(int step, double training, double validation) => new(
        step,
        new Dictionary<string, double?> { [BinaryMetricNames.LogLoss] = training, [BinaryMetricNames.RocAuc] = null },
        new Dictionary<string, double?> { [BinaryMetricNames.LogLoss] = validation, [BinaryMetricNames.RocAuc] = null });
}
