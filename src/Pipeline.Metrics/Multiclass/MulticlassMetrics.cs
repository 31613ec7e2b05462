using static Pipeline.Metrics.Formula<Pipeline.Metrics.Multiclass.MulticlassTotals>;
using static Pipeline.Metrics.MetricDirection;

namespace Pipeline.Metrics.Multiclass;

/// <summary>Metrics of a model of several classes, exact over all rows; definitions as in scikit-learn. A row is predicted as its most probable class, the first of those that tie.</summary>
public static class MulticlassMetrics
{
    private const string ClassWithoutRows = "a class has no row";
    private const string ClassUnknown = "a class has no row and is never predicted";
    private const string OneClass = "there are rows of one class only";

    internal static IReadOnlyList<Formula<MulticlassTotals>> Formulas { get; } =
    [
        OfRate(MulticlassMetricNames.Accuracy, "share of rows that are predicted right", HigherIsBetter, string.Empty, t => (t.Right, t.Rows)),
        OfDecisions(MulticlassMetricNames.BalancedAccuracy, "mean over classes of recall", HigherIsBetter, ClassWithoutRows, t => MeanOver(t, rates => rates.Recall)).Within(0, 1),
        OfDecisions(MulticlassMetricNames.MacroPrecision, "mean over classes of precision", HigherIsBetter, "a class is never predicted", t => MeanOver(t, rates => rates.Precision)).Within(0, 1),
        OfDecisions(MulticlassMetricNames.MacroF1, "mean over classes of F1", HigherIsBetter, ClassUnknown, t => MeanOver(t, rates => rates.F1)).Within(0, 1),
        OfDecisions(MulticlassMetricNames.WeightedF1, "mean over classes of F1, weighted by their rows", HigherIsBetter, string.Empty, t => Classes(t).Where(rates => rates.Rows > 0).Sum(rates => rates.Rows * rates.F1!.Value) / t.Rows).Within(0, 1),
        OfDecisions(MulticlassMetricNames.MatthewsCorrelation, "Gorodkin's correlation of label and prediction; 0 if one of them has one class only", HigherIsBetter, string.Empty, Gorodkin).Within(-1, 1),
        OfDecisions(MulticlassMetricNames.Kappa, "Cohen's kappa: agreement of label and prediction beyond chance", HigherIsBetter, "label and prediction have the same one class", Kappa).Within(-1, 1),
        OfRate(MulticlassMetricNames.Top2Accuracy, "share of rows whose class is among the two most probable", HigherIsBetter, string.Empty, t => (t.AmongTwo, t.Rows)),
        OfRate(MulticlassMetricNames.Top3Accuracy, "share of rows whose class is among the three most probable", HigherIsBetter, string.Empty, t => (t.AmongThree, t.Rows)),
        OfScores(MulticlassMetricNames.LogLoss, "mean of -ln of the true class's probability, clipped at 1e-15; in nats", LowerIsBetter, string.Empty, t => t.LogLossSum / t.Rows).Within(0, null),
        OfScores(MulticlassMetricNames.LogLossReduction, "1 - log-loss / log-loss of the classes' shares; above 0 the model beats them", HigherIsBetter, OneClass, t => Entropy(t) is var entropy and > 0 ? 1 - (t.LogLossSum / t.Rows / entropy) : double.NaN).Within(null, 1),
        OfScores(MulticlassMetricNames.Brier, "mean over rows of the sum over classes of (probability - 1 if it is the row's class, else 0)²", LowerIsBetter, string.Empty, t => t.BrierSum / t.Rows).Within(0, 2),
        OfScores(MulticlassMetricNames.CalibrationError, "expected calibration error of the predicted class: mean over rows of |mean probability - share right| of their bin, ten bins of equal width", LowerIsBetter, string.Empty, t => t.MiscalibrationSum / t.Rows).Within(0, 1),
        OfScores(MulticlassMetricNames.RocAucOneVersusRest, "mean over classes of the area under the ROC curve of the class against all others", HigherIsBetter, ClassWithoutRows, OneVersusRest).Within(0, 1),
        OfScores(MulticlassMetricNames.RocAucOneVersusOne, "mean over ordered pairs of classes of the area under the ROC curve of one against the other (Hand and Till)", HigherIsBetter, ClassWithoutRows, OneVersusOne).Within(0, 1),
    ];

    /// <summary>All of them, in the order in which reports show them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } = [.. Formulas];

    private static IEnumerable<ClassRates> Classes(MulticlassTotals t) => Enumerable.Range(0, t.Classes).Select(t.Class);

    private static double MeanOver(MulticlassTotals t, Func<ClassRates, double?> rate) => Classes(t).Average(rates => rate(rates) ?? double.NaN);

    private static double Gorodkin(MulticlassTotals t)
    {
        double rows = t.Rows;
        var classes = Classes(t).ToList();
        var whole = Math.Sqrt((rows * rows) - classes.Sum(c => (double)c.Predicted * c.Predicted)) * Math.Sqrt((rows * rows) - classes.Sum(c => (double)c.Rows * c.Rows));
        return whole == 0 ? 0 : ((t.Right * rows) - classes.Sum(c => (double)c.Predicted * c.Rows)) / whole;
    }

    private static double Kappa(MulticlassTotals t)
    {
        double rows = t.Rows;
        var chance = Classes(t).Sum(c => c.Predicted / rows * (c.Rows / rows));
        return chance >= 1 ? double.NaN : ((t.Right / rows) - chance) / (1 - chance);
    }

    private static double Entropy(MulticlassTotals t) => Classes(t).Where(c => c.Rows > 0).Sum(c => -((double)c.Rows / t.Rows) * Math.Log((double)c.Rows / t.Rows));

    private static double OneVersusRest(MulticlassTotals t) =>
        Enumerable.Range(0, t.Classes).Average(one =>
        {
            var rows = t.Class(one).Rows;
            var others = t.Rows - rows;
            return rows == 0 || others == 0 ? double.NaN : Enumerable.Range(0, t.Classes).Where(other => other != one).Sum(other => t.TwiceWins[(one * t.Classes) + other]) / (2.0 * rows * others);
        });

    private static double OneVersusOne(MulticlassTotals t)
    {
        var rows = Classes(t).Select(c => c.Rows).ToArray();
        return rows.Contains(0)
            ? double.NaN
            : Enumerable.Range(0, t.Classes).Average(one => Enumerable.Range(0, t.Classes).Where(other => other != one).Average(other => t.Area(one, other, rows[one], rows[other])));
    }
}
