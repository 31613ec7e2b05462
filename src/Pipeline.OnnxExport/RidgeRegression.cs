using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>
/// The linear model of a number: the weights w and the bias b that make mean (y − x·w − b)² + λ‖w‖² least. There is one answer, and it is found by conjugate gradients in double precision, row after row
/// on one thread: no seed, no learning rate, no order of rows. ML.NET's own linear trainers are stochastic; of standardised numbers, where rows near zero are common, SDCA's bias runs away, and the
/// exact trainer is not on every feed. What comes out is ML.NET's linear model, which ML.NET itself scores.
/// </summary>
/// <remarks>Hestenes and Stiefel, Methods of Conjugate Gradients for Solving Linear Systems, 1952; the bias is taken out by centring, so that it is not held back by λ.</remarks>
public static class RidgeRegression
{
    // Far beyond what the weights' 24 bits can tell. Most models are there after some dozens of steps.
    private const double Tolerance = 1e-10;
    private const int MostSteps = 1_000;

    /// <param name="encoding">Standardised, as λ holds all weights back alike.</param>
    /// <param name="rows">Rows with the encoding's columns; at least one. Four bytes are held for each value in a row that is not 0, and as many for its slot.</param>
    /// <param name="labels">The numbers.</param>
    /// <param name="l2">λ, above 0.</param>
    /// <param name="cancellationToken">Looked at before every step.</param>
    public static ITransformer Fit(FeatureEncoding encoding, FeatureBatch rows, RowLabels labels, double l2, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(l2);
        ArgumentOutOfRangeException.ThrowIfZero(rows.RowCount, nameof(rows));
        var view = encoding.ToDataView(rows, labels);
        var (weights, bias) = Solve(new CentredRows(encoding, rows), labels.Numbers, l2, cancellationToken);
        var context = new MLContext(seed: 1);
        var model = NewModel(context, new VBuffer<float>(weights.Length, weights), bias);
        return Transformer<LinearRegressionModelParameters>.New(context, model, view.Schema, EncodedRows.FeaturesColumn);
    }

    // (XᵀX + nλ) w = Xᵀy, of centred X and y.
    private static (float[] Weights, float Bias) Solve(CentredRows rows, float[] labels, double l2, CancellationToken cancellationToken)
    {
        var mean = labels.Average(label => (double)label);
        var weights = new double[rows.Width];
        var residual = rows.Correlate(Array.ConvertAll(labels, label => label - mean));
        var direction = (double[])residual.Clone();
        var norm = Dot(residual, residual);
        var enough = norm * Tolerance * Tolerance;
        for (var step = 0; step < MostSteps && norm > enough; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var image = rows.Correlate(rows.Predict(direction));
            AddTo(image, direction, rows.Count * l2);
            var length = norm / Dot(direction, image);
            AddTo(weights, direction, length);
            AddTo(residual, image, -length);
            var before = norm;
            norm = Dot(residual, residual);
            for (var slot = 0; slot < direction.Length; slot++)
            {
                direction[slot] = residual[slot] + (norm / before * direction[slot]);
            }
        }

        return (Array.ConvertAll(weights, weight => (float)weight), (float)(mean - Dot(rows.Means, weights)));
    }

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0d;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    private static void AddTo(double[] sum, double[] addend, double factor)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += factor * addend[i];
        }
    }

    // ML.NET makes both for its own trainers only.
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern LinearRegressionModelParameters NewModel(IHostEnvironment environment, in VBuffer<float> weights, float bias);

    private static class Transformer<TModel>
        where TModel : class
    {
        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        public static extern RegressionPredictionTransformer<TModel> New(IHostEnvironment environment, TModel model, DataViewSchema schema, string featureColumn);
    }
}
