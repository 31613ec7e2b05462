using System.Globalization;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How numbers are written for people: the same in every culture.</summary>
public static class MetricText
{
    private static readonly Dictionary<string, string[]> HeadlineNames = new()
    {
        [MetricCatalog.Binary] = [BinaryMetricNames.RocAuc, BinaryMetricNames.AveragePrecision, BinaryMetricNames.LogLoss, BinaryMetricNames.Brier, BinaryMetricNames.Precision, BinaryMetricNames.Recall],
        [MetricCatalog.Multiclass] = [MulticlassMetricNames.Accuracy, MulticlassMetricNames.BalancedAccuracy, MulticlassMetricNames.MacroF1, MulticlassMetricNames.LogLoss, MulticlassMetricNames.RocAucOneVersusRest],
        [MetricCatalog.Regression] = [RegressionMetricNames.RootMeanSquaredError, RegressionMetricNames.MeanAbsoluteError, RegressionMetricNames.MedianAbsoluteError, RegressionMetricNames.RSquared, RegressionMetricNames.Bias],
    };

    // From here on decimals tell nothing, or are too many digits; below the least there would be none.
    private const double Large = 1e3;
    private const double Huge = 1e9;
    private const double Tiny = 5e-5;

    /// <summary>With four decimals; what is in a unit of its own and large or tiny, with as many digits as tell something.</summary>
    public static string Of(double? value) => value is { } number ? number.ToString(Format(Math.Abs(number)), CultureInfo.InvariantCulture) : "undefined";

    /// <summary>Likewise, with its sign, but for 0.</summary>
    public static string OfDifference(double value) => value > 0 ? $"+{Of(value)}" : Of(value);

    /// <summary>Such as <c>0.6528 to 0.6688</c>; a dash without an interval.</summary>
    public static string Of(ConfidenceInterval? interval) => interval is null ? "–" : $"{Of(interval.Low)} to {Of(interval.High)}";

    /// <summary>Two values of which one is the lesser, with digits enough to see it.</summary>
    public static (string One, string Other) OfBoth(double one, double other) => one != other && Of(one) == Of(other)
        ? (one.ToString("R", CultureInfo.InvariantCulture), other.ToString("R", CultureInfo.InvariantCulture))
        : (Of(one), Of(other));

    /// <summary>Names of the metrics that most ask for first, of every task.</summary>
    public static IEnumerable<string> UsualNames => HeadlineNames.Values.SelectMany(names => names).Distinct();

    /// <summary>Names of the metrics that most ask for first.</summary>
    public static IReadOnlyList<string> HeadlinesOf(EvaluationReport report) => HeadlineNames[report.Task];

    /// <summary>The metrics that most ask for first, in one line.</summary>
    public static string Headline(EvaluationReport report) =>
        string.Join(", ", HeadlineNames[report.Task].Select(name => (Name: name, Estimate: report.Metrics[name])).Select(metric => $"{metric.Name} {Of(metric.Estimate.Value)}{(metric.Estimate.Interval is { } interval ? $" ({Of(interval)})" : string.Empty)}"));

    private static string Format(double size) => size switch
    {
        >= Huge or > 0 and < Tiny => "0.000e+0",
        >= Large => "#,0.0",
        _ => "0.0000",
    };
}
