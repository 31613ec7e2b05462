using static Pipeline.Metrics.Formula<Pipeline.Metrics.Binary.BinaryTotals>;
using static Pipeline.Metrics.MetricDirection;

namespace Pipeline.Metrics.Binary;

/// <summary>
/// Metrics of a binary model, exact over all rows, in double precision; definitions as in scikit-learn. A row is predicted positive if its probability is at least the threshold.
/// </summary>
public static class BinaryMetrics
{
    private const string OneClass = "there are rows of one class only";
    private const string NoPositive = "there is no positive row";
    private const string NoNegative = "there is no negative row";
    private const string NoneCalled = "no row is predicted positive";

    internal static IReadOnlyList<Formula<BinaryTotals>> Formulas { get; } =
    [
        OfScores(BinaryMetricNames.RocAuc, "area under the ROC curve: how often a positive row has a higher probability than a negative one, ties counted half", HigherIsBetter, OneClass, t => t.Positives == 0 || t.Negatives == 0 ? double.NaN : t.TwiceWins / (2.0 * t.Positives * t.Negatives)).Within(0, 1),
        OfScores(BinaryMetricNames.AveragePrecision, "sum over distinct probabilities, from the highest, of recall gained times precision there; no interpolation", HigherIsBetter, NoPositive, t => t.PrecisionSum / t.Positives).Within(0, 1),
        OfScores(BinaryMetricNames.KolmogorovSmirnov, "greatest difference of true and false positive rate over all thresholds", HigherIsBetter, OneClass, t => t.GreatestGap / ((double)t.Positives * t.Negatives)).Within(0, 1),
        OfScores(BinaryMetricNames.LogLoss, "mean of -ln of the true class's probability, clipped at 1e-15; in nats", LowerIsBetter, string.Empty, t => t.LogLossSum / t.Rows).Within(0, null),
        OfScores(BinaryMetricNames.LogLossReduction, "1 - log-loss / log-loss of the base rate; above 0 the model beats the base rate", HigherIsBetter, OneClass, t => t.Entropy == 0 ? double.NaN : 1 - (t.LogLossSum / t.Rows / t.Entropy)).Within(null, 1),
        OfScores(BinaryMetricNames.Brier, "mean of (probability - label)²", LowerIsBetter, string.Empty, t => t.SquaredErrorSum / t.Rows).Within(0, 1),
        OfScores(BinaryMetricNames.BrierSkill, "1 - Brier score / Brier score of the base rate; above 0 the model beats the base rate", HigherIsBetter, OneClass, t => t.Positives == 0 || t.Negatives == 0 ? double.NaN : 1 - (t.SquaredErrorSum / t.Rows / (t.BaseRate * (1 - t.BaseRate)))).Within(null, 1),
        OfScores(BinaryMetricNames.CalibrationError, "expected calibration error: mean over rows of |mean probability - share of positives| of their bin, ten bins of equal width", LowerIsBetter, string.Empty, t => t.MiscalibrationSum / t.Rows).Within(0, 1),
        OfScores(BinaryMetricNames.CalibrationErrorOfEqualMass, "expected calibration error over ten bins of equal numbers of rows; rows that tie are shared out evenly", LowerIsBetter, string.Empty, t => t.EqualMassMiscalibrationSum / t.Rows).Within(0, 1),
        OfScores(BinaryMetricNames.GreatestCalibrationError, "greatest |mean probability - share of positives| of ten bins of equal width", LowerIsBetter, string.Empty, t => t.GreatestMiscalibration).Within(0, 1),
        OfRate(BinaryMetricNames.Accuracy, "share of rows that are predicted right", HigherIsBetter, string.Empty, t => (t.TruePositives + t.TrueNegatives, t.Rows)),
        OfDecisions(BinaryMetricNames.BalancedAccuracy, "mean of recall and specificity", HigherIsBetter, OneClass, t => (Ratio(t.TruePositives, t.Positives) + Ratio(t.TrueNegatives, t.Negatives)) / 2).Within(0, 1),
        OfRate(BinaryMetricNames.Precision, "share of positives among rows predicted positive", HigherIsBetter, NoneCalled, t => (t.TruePositives, t.TruePositives + t.FalsePositives)),
        OfRate(BinaryMetricNames.Recall, "share of positives that are predicted positive", HigherIsBetter, NoPositive, t => (t.TruePositives, t.Positives)),
        OfRate(BinaryMetricNames.Specificity, "share of negatives that are predicted negative", HigherIsBetter, NoNegative, t => (t.TrueNegatives, t.Negatives)),
        OfRate(BinaryMetricNames.FalsePositiveRate, "share of negatives that are predicted positive", LowerIsBetter, NoNegative, t => (t.FalsePositives, t.Negatives)),
        OfRate(BinaryMetricNames.NegativePredictiveValue, "share of negatives among rows predicted negative", HigherIsBetter, "no row is predicted negative", t => (t.TrueNegatives, t.TrueNegatives + t.FalseNegatives)),
        OfDecisions(BinaryMetricNames.F1, "harmonic mean of precision and recall", HigherIsBetter, "no row is positive or predicted so", t => Ratio(2 * t.TruePositives, (2 * t.TruePositives) + t.FalsePositives + t.FalseNegatives)).Within(0, 1),
        OfDecisions(BinaryMetricNames.MatthewsCorrelation, "Matthews' correlation of label and prediction; 0 if one of them has one class only", HigherIsBetter, string.Empty, Matthews).Within(-1, 1),
        OfDecisions(BinaryMetricNames.Kappa, "Cohen's kappa: agreement of label and prediction beyond chance", HigherIsBetter, "label and prediction have the same one class", Kappa).Within(-1, 1),
        OfRate(BinaryMetricNames.PredictedPositiveRate, "share of rows that are predicted positive", Neither, string.Empty, t => (t.TruePositives + t.FalsePositives, t.Rows)),
        OfScores(BinaryMetricNames.MeanProbability, "mean of the probabilities", Neither, string.Empty, t => t.ProbabilitySum / t.Rows).Within(0, 1),
        OfRate(BinaryMetricNames.BaseRate, "share of positives", Neither, string.Empty, t => (t.Positives, t.Rows)) with { NeedsThreshold = false },
    ];

    /// <summary>All of them, in the order in which reports show them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } = [.. Formulas];

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, MetricDefinition> ByName { get; } = All.ToDictionary(metric => metric.Name);

    /// <summary>Names of those that are better one way, so that they can choose a model or bound it.</summary>
    public static IReadOnlyList<string> NamesOfJudges { get; } = [.. All.Where(metric => metric.Direction != Neither).Select(metric => metric.Name)];

    /// <summary>Values without intervals.</summary>
    /// <param name="labels">True for the positive class; one per row.</param>
    /// <param name="probabilities">Probability of the positive class, 0 to 1; one per row.</param>
    /// <param name="threshold">A row is predicted positive iff its probability is at least this.</param>
    /// <returns>A value, or null if undefined, for each of <see cref="All"/>.</returns>
    /// <exception cref="ArgumentException">There is no row, the lengths differ, or a probability is NaN or outside 0 to 1.</exception>
    public static IReadOnlyDictionary<string, double?> Compute(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities, double threshold) =>
        MetricEstimates.Values(BinarySample.Of(labels, probabilities, threshold));

    private static double Matthews(BinaryTotals t)
    {
        var called = t.TruePositives + t.FalsePositives;
        var whole = Math.Sqrt((double)called * t.Positives) * Math.Sqrt((double)t.Negatives * (t.Rows - called));
        return whole == 0 ? 0 : (((double)t.TruePositives * t.TrueNegatives) - ((double)t.FalsePositives * t.FalseNegatives)) / whole;
    }

    private static double Kappa(BinaryTotals t)
    {
        var called = (double)(t.TruePositives + t.FalsePositives) / t.Rows;
        var agreed = (double)(t.TruePositives + t.TrueNegatives) / t.Rows;
        var chance = (called * t.BaseRate) + ((1 - called) * (1 - t.BaseRate));
        return chance >= 1 ? double.NaN : (agreed - chance) / (1 - chance);
    }

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
