using Pipeline.Delivery.Data;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>
/// What a model loses when a feature tells it nothing: the area under the ROC curve on test rows, less that with the feature's values shuffled among them (Breiman,
/// Machine Learning 45, 2001). A drift report sets it against each feature's drift: what matters is what drifts and is important.
/// </summary>
internal static class PermutationImportance
{
    /// <summary>
    /// Rows that are scored once more for each feature: half of each class, or all of the rarer one, evenly spaced among its test rows. The area does not depend on how many rows there are of
    /// a class, and of a rare one each row counts.
    /// </summary>
    private const int MaxRows = 10_000;

    // Far above what another processor's rounding may change, so that a package's bytes do not depend on it.
    private const int Decimals = 4;

    // The area's variance is of differences between rows of a class.
    private const int LeastOfClass = 2;

    /// <returns>The most important first; empty if fewer than two test rows are of one of the classes.</returns>
    public static IReadOnlyList<FeatureImportance> Of(OnnxScorer scorer, LabeledBatch test, CancellationToken cancellationToken)
    {
        int[] positives = [.. Enumerable.Range(0, test.Labels.Count).Where(row => test.Labels.Flags[row])];
        int[] negatives = [.. Enumerable.Range(0, test.Labels.Count).Where(row => !test.Labels.Flags[row])];
        if (Math.Min(positives.Length, negatives.Length) < LeastOfClass)
        {
            return [];
        }

        var ofPositives = Math.Min(positives.Length, Math.Max(MaxRows / 2, MaxRows - negatives.Length));
        int[] sample = [.. Evenly(positives, ofPositives).Concat(Evenly(negatives, Math.Min(negatives.Length, MaxRows - ofPositives))).Order()];
        var labels = Array.ConvertAll(sample, row => test.Labels.Flags[row]);

        // Values come from all rows alike: a feature is as frequent among them as it is.
        int[] shuffled = Evenly([.. Enumerable.Range(0, test.Labels.Count)], sample.Length);
        Array.Sort(Array.ConvertAll(shuffled, Mix), shuffled);
        var whole = AnswersWith(sample, null, sample);
        return [.. scorer.Schema.Features.Select(feature => Of(feature, DeLong.Compare(whole, AnswersWith(sample, feature, shuffled))!)).OrderByDescending(importance => importance.Loss).ThenBy(importance => importance.Feature, StringComparer.Ordinal)];

        BinarySample AnswersWith(int[] rows, Feature? feature, int[] others)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var probabilities = scorer.Score(Take(test.Features, rows, feature, others), cancellationToken);
            return BinarySample.Of(labels, Array.ConvertAll(probabilities, probability => (double)probability), threshold: 0.5);
        }
    }

    private static int[] Evenly(int[] rows, int count) => [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)])];

    private static FeatureImportance Of(Feature feature, DeLongDifference area) => new(
        feature.Name,
        Math.Round(area.Difference, Decimals),
        new ConfidenceInterval(Math.Round(area.Difference - (ConfidenceInterval.Z * area.StandardError), Decimals), Math.Round(area.Difference + (ConfidenceInterval.Z * area.StandardError), Decimals), DeLong.Method));

    // Numbers without order, the same for every feature and every run.
    private static ulong Mix(int row)
    {
        var state = (ulong)row;
        return SplitMix64.Next(ref state);
    }

    private static FeatureBatch Take(FeatureBatch from, int[] rows, Feature? shuffled, int[] others)
    {
        var batch = new FeatureBatch(from.Schema, rows.Length);
        var numeric = from.Schema.Numeric;
        for (var slot = 0; slot < numeric.Count; slot++)
        {
            var source = numeric[slot].Name == shuffled?.Name ? others : rows;
            for (var row = 0; row < rows.Length; row++)
            {
                batch.Numeric[(row * numeric.Count) + slot] = from.Numeric[(source[row] * numeric.Count) + slot];
            }
        }

        for (var slot = 0; slot < from.Schema.Categorical.Count; slot++)
        {
            var source = from.Schema.Categorical[slot].Name == shuffled?.Name ? others : rows;
            for (var row = 0; row < rows.Length; row++)
            {
                batch.Categories[slot][row] = from.Categories[slot][source[row]];
            }
        }

        return batch;
    }
}
