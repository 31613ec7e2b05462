using System.Globalization;
using System.Text;
using Microsoft.ML;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>Scores rows in ML.NET and in ONNX Runtime and compares: the gate between a trained model and its exported graph.</summary>
public static class ParityCheck
{
    /// <summary>The greatest difference in probability that passes by default.</summary>
    public const double DefaultTolerance = 1e-5;

    private const string ProbabilityColumn = "Probability";

    /// <param name="encoding">The encoding that the model was trained with.</param>
    /// <param name="model">The model in ML.NET.</param>
    /// <param name="scorer">Its exported graph.</param>
    /// <param name="rows">The rows to compare on.</param>
    /// <param name="outputs">Gives the threshold for the label.</param>
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
        var onnx = scorer.Score(rows, cancellationToken);
        return Compare(mlNet, onnx, outputs, tolerance);
    }

    /// <summary>ML.NET's probabilities, in the rows' order.</summary>
    public static float[] ScoreInMlNet(FeatureEncoding encoding, ITransformer model, FeatureBatch rows, CancellationToken cancellationToken = default)
    {
        var scored = model.Transform(encoding.ToDataView(rows));
        var column = scored.Schema[ProbabilityColumn];
        using var cursor = scored.GetRowCursor([column]);
        var getter = cursor.GetGetter<float>(column);
        var probabilities = new float[rows.RowCount];
        for (var row = 0; cursor.MoveNext(); row++)
        {
            if (row % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            getter(ref probabilities[row]);
        }

        return probabilities;
    }

    /// <summary>Compares two scorings of the same rows.</summary>
    public static ParityReport Compare(float[] mlNet, float[] onnx, ModelOutputs outputs, double tolerance = DefaultTolerance)
    {
        if (mlNet.Length != onnx.Length)
        {
            throw new ArgumentException($"ML.NET gave {mlNet.Length} numbers, ONNX Runtime {onnx.Length}.", nameof(onnx));
        }

        var width = outputs.Width;
        var rows = mlNet.Length / width;
        var worst = -1;
        var greatest = 0d;
        var disagreements = 0;
        for (var row = 0; row < rows; row++)
        {
            var one = mlNet.AsSpan(row * width, width);
            var other = onnx.AsSpan(row * width, width);
            var difference = outputs.DifferenceOf(one, other);
            if (worst < 0 || difference > greatest || (double.IsNaN(difference) && !double.IsNaN(greatest)))
            {
                worst = row;
                greatest = difference;
            }

            disagreements += outputs.LabelIndexOf(one) == outputs.LabelIndexOf(other) ? 0 : 1;
        }

        return new ParityReport(rows, greatest, worst, worst < 0 ? float.NaN : outputs.ScoreOf(mlNet.AsSpan(worst * width, width)), worst < 0 ? float.NaN : outputs.ScoreOf(onnx.AsSpan(worst * width, width)), disagreements, tolerance);
    }

    /// <summary>The report in words, for messages and logs, with the worst row's feature values.</summary>
    public static string Describe(ParityReport report, FeatureBatch rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.Rows} rows, greatest difference {report.MaxDifference:G3} (tolerance {report.Tolerance:G3}), {report.LabelDisagreements} labels differ");
        if (report.WorstRow >= 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; worst is row {report.WorstRow}: ML.NET {report.MlNetProbability:R}, ONNX Runtime {report.OnnxProbability:R}, for {DescribeRow(rows, report.WorstRow)}");
        }

        return text.ToString();
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
