using Pipeline.Delivery.Data;
using Pipeline.Metrics.Binary;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>trained boosted trees → how they got better tree by tree. Nothing is trained again: see <see cref="BoostingHistory"/>.</summary>
internal static class LearningCurves
{
    /// <summary>More training rows than that show no more: the curve's error is then some thousandths, and it would cost as much as training.</summary>
    public const int MostTrainingRows = 20_000;

    private const int Intervals = 20;

    /// <summary>Of so many training rows every which one is looked at, from the first on: the least step that leaves no more than <see cref="MostTrainingRows"/>.</summary>
    public static int TrainingStep(int rows) => Math.Max(1, (rows + MostTrainingRows - 1) / MostTrainingRows);

    /// <param name="history">Of the trained model.</param>
    /// <param name="train">Those of the training rows that are looked at.</param>
    /// <param name="validation">All validation rows.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <returns>Log-loss and area under the ROC curve at the first tree, the last, and evenly between; each tree if there are twenty or fewer. The last point is the model as it is.</returns>
    public static IReadOnlyList<LearningCurvePoint> Of(BoostingHistory history, LabeledBatch train, LabeledBatch validation, CancellationToken cancellationToken)
    {
        var steps = Steps(history.Trees);
        var training = Metrics(history, train, steps, cancellationToken);
        var validated = Metrics(history, validation, steps, cancellationToken);
        return [.. steps.Select((step, i) => new LearningCurvePoint(step, training[i], validated[i]))];
    }

    internal static IReadOnlyList<int> Steps(int trees) => trees <= Intervals
        ? [.. Enumerable.Range(1, trees)]
        : [.. Enumerable.Range(1, Intervals).Select(i => (int)((long)trees * i / Intervals)).Prepend(1).Distinct()];

    private static IReadOnlyDictionary<string, double?>[] Metrics(BoostingHistory history, LabeledBatch rows, IReadOnlyList<int> steps, CancellationToken cancellationToken)
    {
        var probabilities = history.Answers(rows.Features, steps, cancellationToken);
        var metrics = new IReadOnlyDictionary<string, double?>[steps.Count];

        // Each step is summed up by one thread, so that the bits do not depend on their number.
        Parallel.For(0, metrics.Length, new ParallelOptions { CancellationToken = cancellationToken }, step => metrics[step] = new Dictionary<string, double?>
        {
            [BinaryMetricNames.LogLoss] = LogLoss.Mean(rows.Labels.Flags, probabilities[step]),
            [BinaryMetricNames.RocAuc] = RocAuc.Of(rows.Labels.Flags, probabilities[step]),
        });
        return metrics;
    }
}
