using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>A performance estimate in words.</summary>
internal static class PerformanceText
{
    /// <summary>The estimate with its band.</summary>
    public static string Estimate(PerformanceEstimate metric) => metric.Estimate is null
        ? NumberText.None
        : $"{NumberText.Metric(metric.Estimate)} ({NumberText.Metric(metric.EstimateLow)} to {NumberText.Metric(metric.EstimateHigh)})";
}
