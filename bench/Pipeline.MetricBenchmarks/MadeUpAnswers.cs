using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;

namespace Pipeline.MetricBenchmarks;

/// <summary>Labels and the answers of a model that is somewhat right; nearly all answers differ, which is the most work.</summary>
internal static class MadeUpAnswers
{
    private const int Classes = 5;

    /// <exception cref="ArgumentException">There is no such task.</exception>
    public static IMetricSample Of(string task, int rows, Random random) => task switch
    {
        "binary" => Binary(rows, random),
        "multiclass" => Multiclass(rows, random),
        "regression" => Regression(rows, random),
        _ => throw new ArgumentException($"--task must be binary, multiclass or regression, not '{task}'."),
    };

    private static BinarySample Binary(int rows, Random random)
    {
        var (labels, probabilities) = (new bool[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            probabilities[row] = random.NextDouble();
            labels[row] = random.NextDouble() < probabilities[row];
        }

        return BinarySample.Of(labels, probabilities, 0.5);
    }

    private static MulticlassSample Multiclass(int rows, Random random)
    {
        var (labels, probabilities) = (new int[rows], new double[rows * Classes]);
        for (var row = 0; row < rows; row++)
        {
            var shares = probabilities.AsSpan(row * Classes, Classes);
            labels[row] = random.Next(Classes);
            var sum = 0.0;
            for (var c = 0; c < Classes; c++)
            {
                sum += shares[c] = random.NextDouble() + (c == labels[row] ? 0.5 : 0);
            }

            for (var c = 0; c < Classes; c++)
            {
                shares[c] /= sum;
            }
        }

        return MulticlassSample.Of(Classes, labels, probabilities);
    }

    private static RegressionSample Regression(int rows, Random random)
    {
        var (labels, predictions) = (new double[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            labels[row] = 100 * random.NextDouble();
            predictions[row] = labels[row] + (20 * (random.NextDouble() - 0.5));
        }

        return RegressionSample.Of(labels, predictions);
    }
}
