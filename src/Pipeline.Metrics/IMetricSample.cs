namespace Pipeline.Metrics;

/// <summary>
/// Labels and answers of some rows, with all metrics of their task. One computation serves the value, where each row counts once, and resamples, where a row counts as often as it
/// was drawn: there is no second definition for intervals.
/// </summary>
public interface IMetricSample
{
    /// <summary>How many; at least 1.</summary>
    int Rows { get; }

    /// <summary>What is computed, in the order of the values.</summary>
    IReadOnlyList<MetricDefinition> Metrics { get; }

    /// <summary>The same rows in the order in which they are computed quickest: for resamples, which do not ask which row is which.</summary>
    IMetricSample Reordered => this;

    /// <summary>Some of the rows.</summary>
    /// <param name="rows">Their indexes, at least one.</param>
    IMetricSample Take(IReadOnlyCollection<int> rows);

    /// <summary>Thread-safe.</summary>
    /// <param name="draws">How often each row counts, in the rows' order.</param>
    /// <param name="values">Gets a value for each of <see cref="Metrics"/>; NaN where it is undefined.</param>
    void Compute(ReadOnlySpan<byte> draws, Span<double> values);

    /// <summary>The 95 % interval of a metric that has a formula for it; null if it is to be had by resampling.</summary>
    /// <param name="metric">Index into <see cref="Metrics"/>.</param>
    ConfidenceInterval? ClosedInterval(int metric);
}
