using Pipeline.Metrics.Regression;

namespace Pipeline.Metrics.Tests.Regression;

public sealed class RegressionMetricsTests
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["mae"] = RegressionMetricNames.MeanAbsoluteError,
        ["mse"] = RegressionMetricNames.MeanSquaredError,
        ["rmse"] = RegressionMetricNames.RootMeanSquaredError,
        ["median_ae"] = RegressionMetricNames.MedianAbsoluteError,
        ["max_error"] = RegressionMetricNames.GreatestError,
        ["r2"] = RegressionMetricNames.RSquared,
        ["explained_variance"] = RegressionMetricNames.ExplainedVariance,
        ["bias_mean_error_pred_minus_actual"] = RegressionMetricNames.Bias,
        ["mape"] = RegressionMetricNames.MeanAbsolutePercentageError,
        ["wape"] = RegressionMetricNames.WeightedAbsolutePercentageError,
        ["smape_0_to_2"] = RegressionMetricNames.SymmetricAbsolutePercentageError,
        ["rmse_over_std_y_ddof0"] = RegressionMetricNames.RootMeanSquaredErrorOfDeviations,
        ["residual_std_ddof1"] = RegressionMetricNames.ResidualDeviation,
        ["residual_skew_biased"] = RegressionMetricNames.ResidualSkew,
        ["residual_excess_kurtosis_biased"] = RegressionMetricNames.ResidualKurtosis,
        ["pearson_r"] = RegressionMetricNames.Pearson,
        ["spearman_r"] = RegressionMetricNames.Spearman,
        ["pinball_0.9"] = RegressionMetricNames.PinballP90,
    };

    [Fact]
    public void Metrics_equal_scikit_learns()
    {
        var vector = EvaluationVectors.Root.GetProperty("regression");

        var metrics = MetricEstimates.Values(RegressionSample.Of(vector.Numbers("y"), vector.Numbers("prediction")));

        EvaluationVectors.Compare(metrics, vector, Names).Should().Be(Names.Count);
        var percentiles = vector.Numbers("abs_error_p50_p90_p99");
        metrics[RegressionMetricNames.AbsoluteErrorP90].Should().BeApproximately(percentiles[1], EvaluationVectors.Tolerance);
        metrics[RegressionMetricNames.AbsoluteErrorP99].Should().BeApproximately(percentiles[2], EvaluationVectors.Tolerance);
        metrics.Keys.Should().Equal(RegressionMetrics.All.Select(metric => metric.Name));
    }

    [Fact]
    public void Numbers_far_from_zero_lose_nothing()
    {
        var vector = EvaluationVectors.Root.GetProperty("regression");

        var metrics = MetricEstimates.Values(RegressionSample.Of([.. vector.Numbers("y").Select(y => y + 1e6)], [.. vector.Numbers("prediction").Select(y => y + 1e6)]));

        foreach (var name in new[] { "r2", "rmse", "residual_skew_biased", "pearson_r", "spearman_r" })
        {
            metrics[Names[name]].Should().BeApproximately(vector.Number(name), 1e-8, name);
        }
    }

    [Fact]
    public void What_needs_labels_that_differ_is_undefined_and_says_so()
    {
        var estimates = MetricEstimates.Of(RegressionSample.Of([0, 0, 0], [0, 1, 2]), new(100, 1), TestContext.Current.CancellationToken);

        estimates[RegressionMetricNames.RSquared].Should().Be(new MetricEstimate(null, "all labels are equal", null));
        estimates[RegressionMetricNames.MeanAbsolutePercentageError].Undefined.Should().Be("all labels are 0");
        estimates[RegressionMetricNames.WeightedAbsolutePercentageError].Undefined.Should().Be("all labels are 0");
        estimates[RegressionMetricNames.Pearson].Value.Should().BeNull();
        estimates[RegressionMetricNames.MeanAbsoluteError].Value.Should().Be(1);
        estimates[RegressionMetricNames.MeanAbsoluteError].Interval!.Method.Should().Be("bootstrap");
        estimates.Values.Where(estimate => estimate.Value is null).Should().OnlyContain(estimate => estimate.Undefined!.Length > 0);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused(double label, double prediction)
    {
        var act = () => RegressionSample.Of([0, label], [0, prediction]);

        act.Should().Throw<ArgumentException>().WithMessage("*row 1*");
    }
}
