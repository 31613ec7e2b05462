using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics;

/// <summary>All metrics of some rows.</summary>
public static class MetricEstimates
{
    internal const string BootstrapMethod = "bootstrap";

    // With fewer resamples that have a value, those that have one are not chance's own selection.
    private const double LeastDefined = 0.99;

    /// <summary>Values alone, which is quick.</summary>
    public static IReadOnlyDictionary<string, double?> Values(IMetricSample sample)
    {
        var values = Point(sample);
        return sample.Metrics.Select((metric, i) => (metric.Name, values[i])).ToDictionary(pair => pair.Name, pair => Defined(pair.Item2));
    }

    /// <summary>Values, and their 95 % intervals: by formula where there is one, else percentiles over resamples.</summary>
    /// <param name="sample">The rows.</param>
    /// <param name="resampling">How resamples are drawn.</param>
    /// <param name="cancellationToken">Stops drawing.</param>
    public static IReadOnlyDictionary<string, MetricEstimate> Of(IMetricSample sample, Resampling resampling, CancellationToken cancellationToken)
    {
        var values = Point(sample);
        var closed = Enumerable.Range(0, values.Length).Select(i => double.IsFinite(values[i]) ? sample.ClosedInterval(i) : null).ToArray();
        var resampled = Bootstrap.Run(sample.Rows, values.Length, resampling, sample.Reordered.Compute, cancellationToken);
        return sample.Metrics.Select((metric, i) => (metric.Name, Estimate: EstimateOf(metric, values[i], closed[i], resampled[i]))).ToDictionary(pair => pair.Name, pair => pair.Estimate);
    }

    private static MetricEstimate EstimateOf(MetricDefinition metric, double value, ConfidenceInterval? closed, IReadOnlyList<double> resampled)
    {
        if (Defined(value) is null)
        {
            return new MetricEstimate(null, metric.UndefinedIf, null);
        }

        return new MetricEstimate(value, null, closed ?? (Percentiles.Of([.. resampled], LeastDefined) is { } sorted ? new ConfidenceInterval(sorted.At(0.025), sorted.At(0.975), BootstrapMethod) : null));
    }

    private static double[] Point(IMetricSample sample)
    {
        var values = new double[sample.Metrics.Count];
        sample.Compute(Draws.Once(sample.Rows), values);
        return values;
    }

    private static double? Defined(double value) => double.IsFinite(value) ? value : null;
}
