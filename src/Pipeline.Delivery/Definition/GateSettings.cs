namespace Pipeline.Delivery.Definition;

/// <summary>One thing that a candidate must fulfil on the test rows. Exactly one of the three bounds is set.</summary>
/// <param name="Metric">Name of the metric; see <c>MetricNames</c>.</param>
/// <param name="Min">The metric must be at least this.</param>
/// <param name="Max">The metric must be at most this.</param>
/// <param name="MaxRegression">The metric may be worse than the champion's, on the same rows, by at most this (in the metric's own unit, 0 or more).</param>
public sealed record GateSettings(string Metric, double? Min, double? Max, double? MaxRegression);
