using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Definition;

/// <summary>A bound of a metric on the test rows. Exactly one of the bounds is set.</summary>
/// <param name="Metric">Name of the metric; see <see cref="BinaryMetrics"/>.</param>
/// <param name="Min">The lower end of the metric's 95 % interval must be at least this.</param>
/// <param name="Max">The upper end must be at most this.</param>
/// <param name="MaxRegression">The metric may be worse than the champion's, on the same rows and with 95 % confidence, by at most this (in the metric's own unit, 0 or more).</param>
public sealed record MetricGateSettings(string Metric, double? Min, double? Max, double? MaxRegression) : GateSettings
{
    /// <summary>The same margin as a share of the champion's value: 0.02 is 2 % of it.</summary>
    public double? MaxRelativeRegression { get; init; }

    /// <summary>The metric must be better than a trivial model's, on the same rows and with 95 % confidence, by at least this (in the metric's own unit, 0 or more).</summary>
    public double? MinGain { get; init; }

    /// <summary>That trivial model: one of <see cref="BaselineNames"/>.</summary>
    public string Over { get; init; } = BaselineNames.OneFeature;

    /// <summary>Names of the slices in each of which the bound is for; empty for all test rows together.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>True if it compares with a champion.</summary>
    public bool IsComparison() => MaxRegression is not null || MaxRelativeRegression is not null;
}
