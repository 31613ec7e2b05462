using Prometheus;

namespace Pipeline.Inference.Shadow;

/// <summary>One shadow's time series with their labels bound.</summary>
/// <param name="Rows">Rows scored.</param>
/// <param name="Agreeing">Rows with the served model's label, or about its number.</param>
/// <param name="Disagreeing">Rows with another.</param>
/// <param name="Difference">Difference of the probabilities or of the numbers.</param>
/// <param name="Compute">Seconds a run.</param>
/// <param name="Dropped">A counter of rows per <see cref="ShadowDropReason"/>.</param>
/// <param name="Errors">Rows of runs that failed.</param>
public sealed record ShadowVersionMetrics(
    Counter.Child Rows,
    Counter.Child Agreeing,
    Counter.Child Disagreeing,
    Histogram.Child Difference,
    Histogram.Child Compute,
    IReadOnlyList<Counter.Child> Dropped,
    Counter.Child Errors);
