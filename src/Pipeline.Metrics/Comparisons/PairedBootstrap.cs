using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Comparisons;

/// <summary>Differences of two models' metrics on the same rows: each resample is drawn for both, so that what is hard about a row counts for neither.</summary>
public static class PairedBootstrap
{
    private const double LeastDefined = 0.99;

    /// <param name="challenger">One model's answers.</param>
    /// <param name="champion">The other's answers to the same rows, in the same order, with the same metrics.</param>
    /// <param name="resampling">How resamples are drawn.</param>
    /// <param name="cancellationToken">Stops drawing.</param>
    /// <returns>By metric; null where one of both is undefined, or too often so in resamples.</returns>
    /// <exception cref="ArgumentException">The samples have other numbers of rows, or other metrics.</exception>
    public static IReadOnlyDictionary<string, PairedDifference?> Compare(IMetricSample challenger, IMetricSample champion, Resampling resampling, CancellationToken cancellationToken)
    {
        if (challenger.Rows != champion.Rows)
        {
            throw new ArgumentException($"{challenger.Rows} rows and {champion.Rows} rows: they are not the same ones.");
        }

        if (!challenger.Metrics.Select(metric => metric.Name).SequenceEqual(champion.Metrics.Select(metric => metric.Name)))
        {
            throw new ArgumentException("The two samples have other metrics.");
        }

        var width = challenger.Metrics.Count;
        var point = new double[width];
        Difference(Draws.Once(challenger.Rows), point);
        var resampled = Bootstrap.Run(challenger.Rows, width, resampling, Difference, cancellationToken);
        return challenger.Metrics.Select((metric, i) => (metric.Name, Difference: DifferenceOf(point[i], resampled[i]))).ToDictionary(pair => pair.Name, pair => pair.Difference);

        void Difference(ReadOnlySpan<byte> draws, Span<double> values)
        {
            Span<double> others = stackalloc double[values.Length];
            challenger.Compute(draws, values);
            champion.Compute(draws, others);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] -= others[i];
            }
        }
    }

    private static PairedDifference? DifferenceOf(double value, IReadOnlyList<double> resampled) =>
        double.IsFinite(value) && Percentiles.Of([.. resampled], LeastDefined) is { } sorted
            ? new PairedDifference(value, new ConfidenceInterval(sorted.At(0.025), sorted.At(0.975), MetricEstimates.BootstrapMethod), sorted.At(0.05), sorted.At(0.95), sorted.ShareAbove(0))
            : null;
}
