using Pipeline.Delivery.Data;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>
/// What a model loses when a feature tells it nothing: its error on test rows with the feature's values shuffled among them, less that without (Breiman,
/// Machine Learning 45, 2001). A drift report sets it against each feature's drift: what matters is what drifts and is important.
/// </summary>
internal static class PermutationImportance
{
    /// <summary>
    /// Rows that are scored once more for each feature, evenly spaced among the test rows. Of two classes half of each, or all of the rarer one: the area under the ROC curve does
    /// not depend on how many rows there are of a class, and of a rare one each row counts.
    /// </summary>
    private const int MaxRows = 10_000;

    // Far above what another processor's rounding may change, so that a package's bytes do not depend on it.
    private const int Decimals = 4;

    // A variance is of differences between rows, of two classes within each.
    private const int LeastRows = 2;

    private const string PairedMethod = "paired";

    /// <summary>What the loss is, for a reader.</summary>
    public static string Meaning(string task) => task switch
    {
        ModelTask.Multiclass => "Log-loss with the feature's values shuffled among the rows, less that without, with the 95 % interval of the mean over rows.",
        ModelTask.Regression => "Mean squared error with the feature's values shuffled among the rows, less that without, as a share of the label's variance: what R² loses; with the 95 % interval of the mean over rows.",
        _ => "Area under the ROC curve, less that with the feature's values shuffled among the rows, with DeLong's 95 % interval.",
    };

    /// <returns>The most important first; empty if there are fewer than two test rows, of two classes of either, or if all labels are the same number.</returns>
    public static IReadOnlyList<FeatureImportance> Of(OnnxScorer scorer, LabeledBatch test, ModelOutputs outputs, CancellationToken cancellationToken)
    {
        var sample = outputs is BinaryOutputs ? BalancedRows(test.Labels.Flags) : EvenRows(test.Labels.Count);
        var labels = test.Labels.Take(sample);
        if (sample.Length < LeastRows || LossUnit(labels) is not { } unit)
        {
            return [];
        }

        // Values come from all rows alike: a feature is as frequent among them as it is.
        int[] shuffled = Evenly([.. Enumerable.Range(0, test.Labels.Count)], sample.Length);
        Array.Sort(Array.ConvertAll(shuffled, Mix), shuffled);
        var whole = AnswersWith(sample, null, sample);
        return [.. scorer.Schema.Features.Select(feature => Of(feature, AnswersWith(sample, feature, shuffled))).OrderByDescending(importance => importance.Loss).ThenBy(importance => importance.Feature, StringComparer.Ordinal)];

        double[] AnswersWith(int[] rows, Feature? feature, int[] others)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Array.ConvertAll(scorer.Score(Take(test.Features, rows, feature, others), cancellationToken), answer => (double)answer);
        }

        FeatureImportance Of(Feature feature, double[] without)
        {
            if (outputs is BinaryOutputs)
            {
                var area = DeLong.Compare(BinarySample.Of(labels.Flags, whole, threshold: 0.5), BinarySample.Of(labels.Flags, without, threshold: 0.5))!;
                return Rounded(feature, area.Difference, area.StandardError, DeLong.Method);
            }

            var (with, lost) = (AnswerSample.Losses(labels, whole, outputs), AnswerSample.Losses(labels, without, outputs));
            double[] differences = [.. lost.Zip(with, (worse, better) => (worse - better) / unit)];
            var mean = differences.Average();
            var variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / (differences.Length - 1);
            return Rounded(feature, mean, Math.Sqrt(variance / differences.Length), PairedMethod);
        }
    }

    private static FeatureImportance Rounded(Feature feature, double loss, double standardError, string method) => new(
        feature.Name,
        Math.Round(loss, Decimals),
        new ConfidenceInterval(Math.Round(loss - (ConfidenceInterval.Z * standardError), Decimals), Math.Round(loss + (ConfidenceInterval.Z * standardError), Decimals), method));

    // Null if there is nothing to lose.
    private static double? LossUnit(RowLabels labels)
    {
        if (labels.Task != ModelTask.Regression)
        {
            return 1;
        }

        var mean = labels.Numbers.Average(number => (double)number);
        var variance = labels.Numbers.Average(number => (number - mean) * (number - mean));
        return variance > 0 ? variance : null;
    }

    private static int[] BalancedRows(bool[] labels)
    {
        int[] positives = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row])];
        int[] negatives = [.. Enumerable.Range(0, labels.Length).Where(row => !labels[row])];
        if (Math.Min(positives.Length, negatives.Length) < LeastRows)
        {
            return [];
        }

        var ofPositives = Math.Min(positives.Length, Math.Max(MaxRows / 2, MaxRows - negatives.Length));
        return [.. Evenly(positives, ofPositives).Concat(Evenly(negatives, Math.Min(negatives.Length, MaxRows - ofPositives))).Order()];
    }

    private static int[] EvenRows(int count) => Evenly([.. Enumerable.Range(0, count)], Math.Min(count, MaxRows));

    private static int[] Evenly(int[] rows, int count) => [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)])];

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
