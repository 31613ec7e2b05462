using Pipeline.Metrics;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Training;

/// <summary>Chooses the decision threshold of a model of two classes on the validation rows.</summary>
internal static class DecisionThreshold
{
    // A thousandth more or less is not worth another number; each costs a pass over the rows.
    private const int Steps = 200;

    /// <param name="metric">The metric that is to be best; one that needs a threshold.</param>
    /// <param name="labels">Of the validation rows.</param>
    /// <param name="probabilities">What the model says of them.</param>
    /// <returns>
    /// The threshold among the quantiles of the probabilities, in the middle between the two nearest of them and rounded, so that no row lies on it; null if the metric is defined at none. Of
    /// several as good the one nearest to a half.
    /// </returns>
    public static float? Choose(MetricDefinition metric, bool[] labels, float[] probabilities)
    {
        var sign = metric.Direction == MetricDirection.HigherIsBetter ? 1 : -1;
        var doubles = Array.ConvertAll(probabilities, probability => (double)probability);
        return Candidates(probabilities)
            .Select(threshold => (Threshold: threshold, Value: BinaryMetrics.Compute(labels, doubles, threshold)[metric.Name]))
            .Where(candidate => candidate.Value is not null)
            .OrderByDescending(candidate => sign * candidate.Value!.Value)
            .ThenBy(candidate => Math.Abs(candidate.Threshold - 0.5f))
            .Select(candidate => (float?)candidate.Threshold)
            .FirstOrDefault();
    }

    private static IEnumerable<float> Candidates(float[] probabilities)
    {
        float[] sorted = [.. probabilities.Distinct().Order()];
        return Enumerable.Range(1, Math.Min(Steps, Math.Max(0, sorted.Length - 1)))
            .Select(step => (int)((long)step * (sorted.Length - 1) / Math.Min(Steps, sorted.Length - 1)))
            .Select(upper => Between(sorted[upper - 1], sorted[upper]))
            .Where(threshold => threshold is > 0 and < 1)
            .Distinct();
    }

    // Written with as few digits as tell the two apart.
    private static float Between(float low, float high)
    {
        var middle = ((double)low + high) / 2;
        for (var digits = 2; digits < 9; digits++)
        {
            var rounded = (float)Math.Round(middle, digits);
            if (rounded > low && rounded <= high)
            {
                return rounded;
            }
        }

        return high;
    }
}
