namespace Pipeline.Metrics.Regression;

/// <summary>Names of the metrics of a regression model.</summary>
public static class RegressionMetricNames
{
    public const string MeanAbsoluteError = "mae";
    public const string MeanSquaredError = "mse";
    public const string RootMeanSquaredError = "rmse";
    public const string RootMeanSquaredErrorOfDeviations = "rmseOverStd";
    public const string MedianAbsoluteError = "medianAbsoluteError";
    public const string AbsoluteErrorP90 = "absoluteErrorP90";
    public const string AbsoluteErrorP99 = "absoluteErrorP99";
    public const string GreatestError = "maxError";
    public const string RSquared = "r2";
    public const string ExplainedVariance = "explainedVariance";
    public const string Bias = "bias";
    public const string MeanAbsolutePercentageError = "mape";
    public const string WeightedAbsolutePercentageError = "wape";
    public const string SymmetricAbsolutePercentageError = "smape";
    public const string ResidualDeviation = "residualStd";
    public const string ResidualSkew = "residualSkew";
    public const string ResidualKurtosis = "residualKurtosis";
    public const string Pearson = "pearson";
    public const string Spearman = "spearman";
    public const string PinballP90 = "pinballP90";
}
