using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>Scores rows in ML.NET and in ONNX Runtime and compares: the gate between a trained model and its exported graph.</summary>
public static class ParityCheck
{
    /// <summary>The greatest <see cref="ModelOutputs.DifferenceOf"/> that passes by default.</summary>
    public const double DefaultTolerance = 1e-5;

    private const string ProbabilityColumn = "Probability";
    private const string ScoreColumn = "Score";
    private const int RowsBetweenLooks = 1024;

    // With fewer a thread costs more than it brings.
    private const int LeastRowsOfAThread = 5_000;

    /// <param name="encoding">The encoding that the model was trained with.</param>
    /// <param name="model">The model in ML.NET.</param>
    /// <param name="scorer">Its exported graph.</param>
    /// <param name="rows">The rows to compare on.</param>
    /// <param name="outputs">What the model answers; gives the measure of difference, and the labels.</param>
    /// <param name="tolerance">The greatest difference that passes.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    public static ParityReport Run(
        FeatureEncoding encoding,
        ITransformer model,
        OnnxScorer scorer,
        FeatureBatch rows,
        ModelOutputs outputs,
        double tolerance = DefaultTolerance,
        CancellationToken cancellationToken = default)
    {
        var mlNet = ScoreInMlNet(encoding, model, rows, cancellationToken);
        var onnx = scorer.ScoreOnAllCores(rows, cancellationToken);
        return Compare(mlNet, onnx, outputs, tolerance);
    }

    /// <summary>ML.NET's answers, in the rows' order: [rows, numbers an answer]. Of many rows each core takes some; a row's answer does not depend on the others.</summary>
    public static float[] ScoreInMlNet(FeatureEncoding encoding, ITransformer model, FeatureBatch rows, CancellationToken cancellationToken = default)
    {
        var parts = Math.Clamp(rows.RowCount / LeastRowsOfAThread, 1, Environment.ProcessorCount);
        var answers = new float[parts][];
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = cancellationToken }, part =>
        {
            var (start, end) = ((int)((long)rows.RowCount * part / parts), (int)((long)rows.RowCount * (part + 1) / parts));
            answers[part] = ScorePart(encoding, model, rows.Slice(start, end - start), cancellationToken);
        });
        return parts == 1 ? answers[0] : [.. answers.SelectMany(part => part)];
    }

    private static float[] ScorePart(FeatureEncoding encoding, ITransformer model, FeatureBatch rows, CancellationToken cancellationToken)
    {
        var scored = model.Transform(encoding.ToDataView(rows));

        // Of two classes the score is not yet a probability.
        var column = scored.Schema.GetColumnOrNull(ProbabilityColumn) ?? scored.Schema[ScoreColumn];
        using var cursor = scored.GetRowCursor([column]);
        return column.Type is VectorDataViewType { Size: var width }
            ? ReadVectors(cursor, cursor.GetGetter<VBuffer<float>>(column), rows.RowCount, width, cancellationToken)
            : ReadNumbers(cursor, cursor.GetGetter<float>(column), rows.RowCount, cancellationToken);
    }

    /// <summary>
    /// Compares two scorings of the same rows. Numbers that are no probabilities are measured by the root mean square of ML.NET's answers at least: the sums of floats that a linear model's answer is in
    /// ML.NET are rounded by their terms' size, also where they happen to come out near 0.
    /// </summary>
    public static ParityReport Compare(float[] mlNet, float[] onnx, ModelOutputs outputs, double tolerance = DefaultTolerance)
    {
        if (mlNet.Length != onnx.Length)
        {
            throw new ArgumentException($"ML.NET gave {mlNet.Length} numbers, ONNX Runtime {onnx.Length}.", nameof(onnx));
        }

        var width = outputs.Width;
        var rows = mlNet.Length / width;
        var scale = ScaleOf(mlNet, outputs);
        var worst = -1;
        var greatest = 0d;
        var disagreements = 0;
        for (var row = 0; row < rows; row++)
        {
            var one = mlNet.AsSpan(row * width, width);
            var other = onnx.AsSpan(row * width, width);
            var difference = outputs.DifferenceOf(one, other, scale);
            if (worst < 0 || difference > greatest || (double.IsNaN(difference) && !double.IsNaN(greatest)))
            {
                worst = row;
                greatest = difference;
            }

            disagreements += outputs.LabelIndexOf(one) == outputs.LabelIndexOf(other) ? 0 : 1;
        }

        var place = worst < 0 ? -1 : (worst * width) + WorstNumber(mlNet.AsSpan(worst * width, width), onnx.AsSpan(worst * width, width), outputs, scale);
        return new ParityReport(rows, greatest, worst, place < 0 ? float.NaN : mlNet[place], place < 0 ? float.NaN : onnx[place], disagreements, tolerance);
    }

    /// <summary>The report in words, for messages and logs, with the worst row's feature values.</summary>
    public static string Describe(ParityReport report, FeatureBatch rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Rows} rows, greatest difference {report.MaxDifference:G3} (tolerance {report.Tolerance:G3}), {report.LabelDisagreements} labels differ");
        if (report.WorstRow >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; worst is row {report.WorstRow}: ML.NET {report.MlNetAnswer:R}, ONNX Runtime {report.OnnxAnswer:R}, for {DescribeRow(rows, report.WorstRow)}");
        }

        return text.ToString();
    }

    private static float[] ReadNumbers(DataViewRowCursor cursor, ValueGetter<float> getter, int rows, CancellationToken cancellationToken)
    {
        var numbers = new float[rows];
        for (var row = 0; cursor.MoveNext(); row++)
        {
            Look(row, cancellationToken);
            getter(ref numbers[row]);
        }

        return numbers;
    }

    private static float[] ReadVectors(DataViewRowCursor cursor, ValueGetter<VBuffer<float>> getter, int rows, int width, CancellationToken cancellationToken)
    {
        var numbers = new float[rows * width];
        var vector = default(VBuffer<float>);
        for (var row = 0; cursor.MoveNext(); row++)
        {
            Look(row, cancellationToken);
            getter(ref vector);
            vector.CopyTo(numbers.AsSpan(row * width, width));
        }

        return numbers;
    }

    private static void Look(int row, CancellationToken cancellationToken)
    {
        if (row % RowsBetweenLooks == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static double ScaleOf(float[] answers, ModelOutputs outputs)
    {
        if (outputs is not RegressionOutputs || answers.Length == 0)
        {
            return 1;
        }

        var meanSquare = answers.Average(answer => (double)answer * answer);
        return double.IsFinite(meanSquare) ? Math.Max(1, Math.Sqrt(meanSquare)) : 1;
    }

    private static int WorstNumber(ReadOnlySpan<float> one, ReadOnlySpan<float> other, ModelOutputs outputs, double scale)
    {
        var (worst, greatest) = (0, double.NegativeInfinity);
        for (var i = 0; i < one.Length; i++)
        {
            var difference = outputs.DifferenceOf(one.Slice(i, 1), other.Slice(i, 1), scale);
            if (double.IsNaN(difference))
            {
                return i;
            }

            (worst, greatest) = difference > greatest ? (i, difference) : (worst, greatest);
        }

        return worst;
    }

    private static string DescribeRow(FeatureBatch rows, int row)
    {
        var numeric = rows.Schema.Numeric.Select((f, i) => (f.Name, Value: DescribeNumber(rows.Numeric[(row * rows.Schema.Numeric.Count) + i])));
        var categorical = rows.Schema.Categorical.Select((f, i) => (f.Name, Value: DescribeCategory(rows.Categories[i][row])));
        var values = numeric.Concat(categorical).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);
        return string.Join(", ", rows.Schema.Features.Select(f => $"{f.Name} = {values[f.Name]}"));
    }

    private static string DescribeNumber(float value) => float.IsNaN(value) ? "missing" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string DescribeCategory(string value) => value == FeatureSchema.MissingCategory ? "missing" : $"'{value}'";
}
