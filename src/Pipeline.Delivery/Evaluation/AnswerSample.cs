using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>Puts labels and a model's answers together as the sample of their task.</summary>
internal static class AnswerSample
{
    /// <param name="labels">The rows' labels.</param>
    /// <param name="answers">[rows, outputs.Width], as a scorer gives them.</param>
    /// <param name="outputs">What the model answers; of the labels' task.</param>
    public static IMetricSample Of(RowLabels labels, float[] answers, ModelOutputs outputs) => Of(labels, Array.ConvertAll(answers, answer => (double)answer), outputs);

    /// <inheritdoc cref="Of(RowLabels, float[], ModelOutputs)"/>
    public static IMetricSample Of(RowLabels labels, double[] answers, ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs binary => BinarySample.Of(labels.Flags, answers, binary.Threshold),
        MulticlassOutputs multiclass => MulticlassSample.Of(multiclass.Classes.Count, labels.Classes, answers),
        RegressionOutputs => RegressionSample.Of(Array.ConvertAll(labels.Numbers, label => (double)label), answers),
        _ => throw new ArgumentOutOfRangeException(nameof(outputs), outputs, "There is no such task."),
    };

    /// <summary>The same of some of the rows, in the order given.</summary>
    public static IMetricSample Of(RowLabels labels, double[] answers, ModelOutputs outputs, IReadOnlyList<int> rows) => Of(labels.Take(rows), Take(answers, outputs.Width, rows), outputs);

    /// <summary>What each row contributes to the loss that slices are searched by: log-loss in nats, of a number the squared error.</summary>
    public static double[] Losses(RowLabels labels, double[] answers, ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs => [.. labels.Flags.Select((label, row) => LogLoss.Of(label, answers[row]))],
        MulticlassOutputs => [.. labels.Classes.Select((label, row) => LogLoss.Of(true, answers[(row * outputs.Width) + label]))],
        RegressionOutputs => [.. labels.Numbers.Select((label, row) => (answers[row] - label) * (answers[row] - label))],
        _ => throw new ArgumentOutOfRangeException(nameof(outputs), outputs, "There is no such task."),
    };

    private static double[] Take(double[] answers, int width, IReadOnlyList<int> rows)
    {
        var taken = new double[rows.Count * width];
        for (var i = 0; i < rows.Count; i++)
        {
            answers.AsSpan(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
        }

        return taken;
    }
}
