namespace Pipeline.Metrics;

/// <summary>A metric on some rows.</summary>
/// <param name="Value">Null if it is undefined on them; never a number that stands for that.</param>
/// <param name="Undefined">Why it is, in words; null if it is not.</param>
/// <param name="Interval">With 95 % confidence; null if the metric is undefined, or if resamples do not tell.</param>
public sealed record MetricEstimate(double? Value, string? Undefined, ConfidenceInterval? Interval);
