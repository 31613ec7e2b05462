using static Pipeline.Metrics.Formula<Pipeline.Metrics.Regression.RegressionTotals>;
using static Pipeline.Metrics.MetricDirection;

namespace Pipeline.Metrics.Regression;

/// <summary>Metrics of a regression model, exact over all rows, in the label's unit where not said otherwise; definitions as in scikit-learn. An error is the prediction less the label.</summary>
public static class RegressionMetrics
{
    private const string EqualLabels = "all labels are equal";
    private const string EqualErrors = "all errors are equal";

    internal static IReadOnlyList<Formula<RegressionTotals>> Formulas { get; } =
    [
        OfScores(RegressionMetricNames.MeanAbsoluteError, "mean of |error|", LowerIsBetter, string.Empty, t => t.AbsoluteErrorSum / t.Rows).Within(0, null),
        OfScores(RegressionMetricNames.MeanSquaredError, "mean of error², in the square of the label's unit", LowerIsBetter, string.Empty, t => t.Errors.MeanSquare).Within(0, null),
        OfScores(RegressionMetricNames.RootMeanSquaredError, "square root of the mean of error²", LowerIsBetter, string.Empty, t => Math.Sqrt(t.Errors.MeanSquare)).Within(0, null),
        OfScores(RegressionMetricNames.RootMeanSquaredErrorOfDeviations, "root mean squared error in standard deviations of the label; below 1 the model beats the mean", LowerIsBetter, EqualLabels, t => Math.Sqrt(t.Errors.MeanSquare / t.Labels.Variance)).Within(0, null),
        OfScores(RegressionMetricNames.MedianAbsoluteError, "median of |error|", LowerIsBetter, string.Empty, t => t.Median).Within(0, null),
        OfScores(RegressionMetricNames.AbsoluteErrorP90, "90th percentile of |error|", LowerIsBetter, string.Empty, t => t.P90).Within(0, null),
        OfScores(RegressionMetricNames.AbsoluteErrorP99, "99th percentile of |error|", LowerIsBetter, string.Empty, t => t.P99).Within(0, null),
        OfScores(RegressionMetricNames.GreatestError, "greatest |error|", LowerIsBetter, string.Empty, t => t.Greatest).Within(0, null),
        OfScores(RegressionMetricNames.RSquared, "1 - mean of error² / variance of the label; above 0 the model beats the mean", HigherIsBetter, EqualLabels, t => 1 - (t.Errors.MeanSquare / t.Labels.Variance)).Within(null, 1),
        OfScores(RegressionMetricNames.ExplainedVariance, "1 - variance of the error / variance of the label", HigherIsBetter, EqualLabels, t => 1 - (t.Errors.Variance / t.Labels.Variance)).Within(null, 1),
        OfScores(RegressionMetricNames.Bias, "mean error; above 0 the model predicts too much", Neither, string.Empty, t => t.Errors.Mean),
        OfScores(RegressionMetricNames.MeanAbsolutePercentageError, "mean of |error| / |label|, as a share, over rows whose label is not 0", LowerIsBetter, "all labels are 0", t => t.RelativeErrorSum / t.RowsWithLabel).Within(0, null),
        OfScores(RegressionMetricNames.WeightedAbsolutePercentageError, "sum of |error| / sum of |label|, as a share", LowerIsBetter, "all labels are 0", t => t.AbsoluteErrorSum / t.AbsoluteLabelSum).Within(0, null),
        OfScores(RegressionMetricNames.SymmetricAbsolutePercentageError, "mean of 2 |error| / (|label| + |prediction|), 0 where both are 0", LowerIsBetter, string.Empty, t => t.SymmetricErrorSum / t.Rows).Within(0, 2),
        OfScores(RegressionMetricNames.ResidualDeviation, "standard deviation of the error, of n - 1", LowerIsBetter, "there is one row only", t => Math.Sqrt(t.Errors.Variance * t.Rows / (t.Rows - 1))).Within(0, null),
        OfScores(RegressionMetricNames.ResidualSkew, "skewness of the error", Neither, EqualErrors, t => t.Errors.Skew),
        OfScores(RegressionMetricNames.ResidualKurtosis, "kurtosis of the error, less 3", Neither, EqualErrors, t => t.Errors.ExcessKurtosis),
        OfScores(RegressionMetricNames.Pearson, "linear correlation of label and prediction", HigherIsBetter, "all labels or all predictions are equal", t => t.Pearson).Within(-1, 1),
        OfScores(RegressionMetricNames.Spearman, "correlation of the ranks of label and prediction, ties sharing the mean of theirs", HigherIsBetter, "all labels or all predictions are equal", t => t.Spearman).Within(-1, 1),
        OfScores(RegressionMetricNames.PinballP90, "pinball loss at 0.9: what a model of the 90th percentile makes least", LowerIsBetter, string.Empty, t => t.PinballSum / t.Rows).Within(0, null),
    ];

    /// <summary>All of them, in the order in which reports show them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } = [.. Formulas];
}
