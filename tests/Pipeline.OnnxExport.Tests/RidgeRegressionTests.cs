using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class RidgeRegressionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_line_is_found_also_far_from_zero()
    {
        var rows = Rows.Of(("x", Enumerable.Range(0, 1_001).Select(i => i - 500f).ToArray()));
        var labels = RowLabels.OfNumbers([.. Enumerable.Range(0, 1_001).Select(i => ((i - 500f) * 3) + 100_000)]);

        var (encoding, model) = Fit(rows, labels, l2: 1e-9);

        ParityCheck.ScoreInMlNet(encoding, model, rows, Token).Zip(labels.Numbers).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 0.05);
    }

    [Fact]
    public void Weights_are_those_of_the_formula()
    {
        // Standardised x is −1, −1, 1, 1: w = cov / (1 + λ).
        var rows = Rows.Of(("x", new[] { 10f, 10, 20, 20 }));

        var parameters = Parameters(Fit(rows, RowLabels.OfNumbers([1, 3, 5, 11]), l2: 0.25).Model);

        parameters.Weights.Should().Equal(3 / 1.25f);
        parameters.Bias.Should().Be(5);
    }

    [Fact]
    public void Correlated_columns_and_categories_are_fitted_as_well_as_by_elimination()
    {
        var random = new Random(4);
        float[] x = [.. Enumerable.Range(0, 400).Select(_ => random.NextSingle() * 10)];
        float[] nearly = [.. x.Select(value => value + (random.NextSingle() * 0.1f))];
        string[] places = [.. x.Select(_ => $"P{random.Next(30)}")];
        var rows = Rows.Of(("x", x), ("nearly", nearly), ("place", places));
        float[] labels = [.. x.Select((value, row) => (value * 2) - nearly[row] + places[row].Length + random.NextSingle())];

        var (encoding, model) = Fit(rows, RowLabels.OfNumbers(labels), l2: 1e-3);

        var vectors = encoding.ToDataView(rows).GetColumn<VBuffer<float>>("Features").Select(vector => vector.DenseValues().Select(value => (double)value).ToArray()).ToArray();
        var parameters = Parameters(model);
        var residuals = vectors.Select((vector, row) => labels[row] - parameters.Bias - vector.Zip(parameters.Weights).Sum(pair => pair.First * pair.Second)).ToArray();
        for (var slot = 0; slot < encoding.Width; slot++)
        {
            // The gradient is zero there, and nowhere else.
            var gradient = residuals.Select((residual, row) => residual * vectors[row][slot]).Average() - (1e-3 * parameters.Weights[slot]);
            gradient.Should().BeApproximately(0, 1e-5, encoding.SlotNames[slot]);
        }

        residuals.Average().Should().BeApproximately(0, 1e-5);
    }

    [Fact]
    public void Columns_that_tell_nothing_give_the_mean()
    {
        var rows = Rows.Of(("x", new[] { 3f, 3, 3 }), ("c", new[] { "a", "a", "a" }));

        var (encoding, model) = Fit(rows, RowLabels.OfNumbers([1, 2, 6]), l2: 1e-4);

        ParityCheck.ScoreInMlNet(encoding, model, rows, Token).Should().OnlyContain(answer => Math.Abs(answer - 3) < 1e-6);
    }

    [Fact]
    public void One_row_gives_its_label() =>
        ParityCheck.ScoreInMlNet(FeatureEncoding.Fit(Rows.Of(("x", new[] { 4f }))), Fit(Rows.Of(("x", new[] { 4f })), RowLabels.OfNumbers([7]), l2: 1e-4).Model, Rows.Of(("x", new[] { 4f })), Token)
            .Should().Equal(7);

    [Fact]
    public void A_weight_that_nothing_holds_back_is_refused()
    {
        var fit = () => Fit(Rows.Of(("x", new[] { 1f, 2 })), RowLabels.OfNumbers([1, 2]), l2: 0);

        fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("l2");
    }

    [Fact]
    public void Fitting_can_be_cancelled()
    {
        var rows = Rows.Of(("x", new[] { 1f, 2 }));

        var fit = () => RidgeRegression.Fit(FeatureEncoding.Fit(rows), rows, RowLabels.OfNumbers([1, 2]), l2: 1, new CancellationToken(canceled: true));

        fit.Should().Throw<OperationCanceledException>();
    }

    private static (FeatureEncoding Encoding, ITransformer Model) Fit(FeatureBatch rows, RowLabels labels, double l2)
    {
        var encoding = FeatureEncoding.Fit(rows).Standardized();
        return (encoding, RidgeRegression.Fit(encoding, rows, labels, l2, Token));
    }

    private static LinearRegressionModelParameters Parameters(ITransformer model) => ((RegressionPredictionTransformer<LinearRegressionModelParameters>)model).Model;
}
