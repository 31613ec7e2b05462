using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;
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
    /// <param name="outputs">What the model answers.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <returns>Log-loss and area under the ROC curve, or accuracy, or of a number the root mean squared and the mean absolute error, at the first tree, the last, and evenly between; each tree if there are twenty or fewer. The last point is the model as it is.</returns>
    public static IReadOnlyList<LearningCurvePoint> Of(BoostingHistory history, LabeledBatch train, LabeledBatch validation, ModelOutputs outputs, CancellationToken cancellationToken)
    {
        var steps = Steps(history.Trees);
        var training = Metrics(history, train, outputs, steps, cancellationToken);
        var validated = Metrics(history, validation, outputs, steps, cancellationToken);
        return [.. steps.Select((step, i) => new LearningCurvePoint(step, training[i], validated[i]))];
    }

    internal static IReadOnlyList<int> Steps(int trees) => trees <= Intervals
        ? [.. Enumerable.Range(1, trees)]
        : [.. Enumerable.Range(1, Intervals).Select(i => (int)((long)trees * i / Intervals)).Prepend(1).Distinct()];

    private static IReadOnlyDictionary<string, double?>[] Metrics(BoostingHistory history, LabeledBatch rows, ModelOutputs outputs, IReadOnlyList<int> steps, CancellationToken cancellationToken)
    {
        var answers = history.Answers(rows.Features, steps, cancellationToken);
        var metrics = new IReadOnlyDictionary<string, double?>[steps.Count];

        // Each step is summed up by one thread, so that the bits do not depend on their number.
        Parallel.For(0, metrics.Length, new ParallelOptions { CancellationToken = cancellationToken }, step => metrics[step] = Metrics(rows.Labels, answers[step], outputs));
        return metrics;
    }

    private static Dictionary<string, double?> Metrics(RowLabels labels, float[] answers, ModelOutputs outputs)
    {
        if (outputs is BinaryOutputs)
        {
            return new Dictionary<string, double?> { [BinaryMetricNames.LogLoss] = LogLoss.Mean(labels.Flags, answers), [BinaryMetricNames.RocAuc] = RocAuc.Of(labels.Flags, answers) };
        }

        var loss = AnswerSample.Losses(labels, Array.ConvertAll(answers, answer => (double)answer), outputs).Average();
        return outputs is MulticlassOutputs
            ? new Dictionary<string, double?> { [MulticlassMetricNames.LogLoss] = loss, [MulticlassMetricNames.Accuracy] = Accuracy(labels.Classes, answers, outputs) }
            : new Dictionary<string, double?> { [RegressionMetricNames.RootMeanSquaredError] = Math.Sqrt(loss), [RegressionMetricNames.MeanAbsoluteError] = labels.Numbers.Select((label, row) => Math.Abs((double)label - answers[row])).Average() };
    }

    private static double Accuracy(int[] classes, float[] answers, ModelOutputs outputs)
    {
        var right = 0;
        for (var row = 0; row < classes.Length; row++)
        {
            right += outputs.LabelIndexOf(answers.AsSpan(row * outputs.Width, outputs.Width)) == classes[row] ? 1 : 0;
        }

        return (double)right / classes.Length;
    }
}
