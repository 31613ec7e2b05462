using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What reports show of a model of a number beside its metrics. An error is the prediction less the label.</summary>
/// <param name="Labels">Where they lie.</param>
/// <param name="Predictions">Where they lie.</param>
/// <param name="Pairs">Rows by prediction and label.</param>
/// <param name="ErrorBands">Percentiles of errors, by prediction.</param>
/// <param name="Normality">Quantiles of the errors against those of the normal distribution; none if all errors are equal.</param>
/// <param name="AbsoluteErrors">How many rows have at most which absolute error.</param>
public sealed record RegressionDetail(
    ValueSummary Labels,
    ValueSummary Predictions,
    PairGrid Pairs,
    IReadOnlyList<ErrorBand> ErrorBands,
    IReadOnlyList<QuantilePair> Normality,
    IReadOnlyList<ErrorShare> AbsoluteErrors)
{
    private const int Squares = 40;
    private const int MostBands = 20;
    private const int MostPoints = 100;

    public static RegressionDetail Of(RegressionSample answers) =>
        new(answers.Labels, answers.Predictions, answers.Pairs(Squares), answers.ErrorBands(MostBands), answers.Normality(MostPoints), answers.AbsoluteErrors(MostPoints));
}
