using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Comparisons;

/// <summary>The measures of <see cref="GroupFairness"/> with their bootstrap intervals.</summary>
public static class GroupFairnessEstimates
{
    private const int Measures = 4;
    private const int Cells = 4;
    private const double LeastDefined = 0.99;
    private const int MostOnStack = 256;

    /// <summary>Names of the measures, in the order of the estimates.</summary>
    public static IReadOnlyList<string> Names { get; } = ["demographicParityDifference", "disparateImpactRatio", "equalOpportunityDifference", "equalizedOddsDifference"];

    /// <param name="labels">True for the positive class; one per row.</param>
    /// <param name="decisions">True if predicted positive; one per row.</param>
    /// <param name="groups">The row's group, 0 to count - 1; -1 for rows that belong to none.</param>
    /// <param name="count">Number of groups, at least 2, each with rows.</param>
    /// <param name="resampling">How resamples are drawn.</param>
    /// <param name="cancellationToken">Stops drawing.</param>
    /// <returns>By <see cref="Names"/>; a rate that a group does not have leaves the measure undefined.</returns>
    public static IReadOnlyDictionary<string, MetricEstimate> Of(bool[] labels, bool[] decisions, int[] groups, int count, Resampling resampling, CancellationToken cancellationToken)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => groups[row] >= 0)];
        int[] cells = [.. rows.Select(row => (groups[row] * Cells) + (labels[row] ? 2 : 0) + (decisions[row] ? 1 : 0))];
        var point = new double[Measures];
        Compute(Draws.Once(cells.Length), point);
        var resampled = Bootstrap.Run(cells.Length, Measures, resampling, Compute, cancellationToken);
        return Names.Select((name, i) => (name, Estimate: EstimateOf(point[i], resampled[i]))).ToDictionary(pair => pair.name, pair => pair.Estimate, StringComparer.Ordinal);

        void Compute(ReadOnlySpan<byte> draws, Span<double> values)
        {
            Span<long> totals = count <= MostOnStack ? stackalloc long[count * Cells] : new long[count * Cells];
            for (var i = 0; i < draws.Length; i++)
            {
                totals[cells[i]] += draws[i];
            }

            var matrices = new ConfusionMatrix[count];
            for (var group = 0; group < count; group++)
            {
                matrices[group] = new ConfusionMatrix(totals[(group * Cells) + 3], totals[(group * Cells) + 1], totals[(group * Cells) + 2], totals[group * Cells]);
            }

            var fairness = GroupFairness.Of(matrices);
            values[0] = fairness.DemographicParityDifference ?? double.NaN;
            values[1] = fairness.DisparateImpactRatio ?? double.NaN;
            values[2] = fairness.EqualOpportunityDifference ?? double.NaN;
            values[3] = fairness.EqualizedOddsDifference ?? double.NaN;
        }
    }

    private static MetricEstimate EstimateOf(double value, IReadOnlyList<double> resampled) => double.IsNaN(value)
        ? new MetricEstimate(null, "a group has no row of one class, or no row is predicted positive", null)
        : new MetricEstimate(value, null, Percentiles.Of([.. resampled], LeastDefined) is { } sorted ? new ConfidenceInterval(sorted.At(0.025), sorted.At(0.975), MetricEstimates.BootstrapMethod) : null);
}
