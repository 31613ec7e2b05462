using Pipeline.Delivery.Data;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>
/// What a model loses when a feature tells it nothing: the area under the ROC curve on test rows, less that with the feature's values shuffled among them (Breiman,
/// Machine Learning 45, 2001). A drift report sets it against each feature's drift: what matters is what drifts and is important.
/// </summary>
internal static class PermutationImportance
{
    /// <summary>Rows that are scored once more for each feature; evenly spaced among the test rows.</summary>
    private const int MaxRows = 10_000;

    // Far above what another processor's rounding may change, so that a package's bytes do not depend on it.
    private const int Decimals = 4;

    /// <returns>By the feature's name; null if the test rows have one class only.</returns>
    public static IReadOnlyDictionary<string, double>? Of(OnnxScorer scorer, LabeledBatch test, CancellationToken cancellationToken)
    {
        var count = Math.Min(MaxRows, test.Features.RowCount);
        var sample = Enumerable.Range(0, count).Select(i => (int)((long)i * test.Features.RowCount / count)).ToArray();
        var labels = Array.ConvertAll(sample, row => test.Labels[row]);
        if (labels.Distinct().Count() < 2)
        {
            return null;
        }

        var area = AreaOf(sample, null, sample);
        var shuffled = (int[])sample.Clone();
        Array.Sort(Array.ConvertAll(sample, Mix), shuffled);
        return scorer.Schema.Features.ToDictionary(feature => feature.Name, feature => Math.Round(area - AreaOf(sample, feature, shuffled), Decimals), StringComparer.Ordinal);

        double AreaOf(int[] rows, Feature? feature, int[] others)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var probabilities = scorer.Score(Take(test.Features, rows, feature, others), cancellationToken);
            return BinaryMetrics.Compute(labels, Array.ConvertAll(probabilities, probability => (double)probability), threshold: 0.5)[BinaryMetricNames.RocAuc]!.Value;
        }
    }

    // The last step of SplitMix64: numbers without order, the same for every feature and every run.
    private static ulong Mix(int row)
    {
        var mixed = (ulong)row + 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
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
