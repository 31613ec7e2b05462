using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Evaluation;

/// <summary>Makes the evaluation of a candidate's answers to the test rows, for each task.</summary>
public static class EvaluationReports
{
    /// <param name="answers">Labels and answers, of any task.</param>
    /// <param name="labels">The model's labels, in its order; of several classes their names.</param>
    /// <param name="resampling">For the metrics' intervals.</param>
    /// <param name="cancellationToken">Stops resampling.</param>
    public static EvaluationReport Of(IMetricSample answers, IReadOnlyList<string> labels, Resampling resampling, CancellationToken cancellationToken) => answers switch
    {
        BinarySample binary => Of(binary, resampling, cancellationToken),
        MulticlassSample multiclass => Of(multiclass, labels, resampling, cancellationToken),
        RegressionSample regression => Of(regression, resampling, cancellationToken),
        _ => throw new ArgumentException($"{answers.GetType().Name} is of no task.", nameof(answers)),
    };

    /// <param name="answers">Labels and probabilities.</param>
    /// <param name="resampling">For the metrics' intervals.</param>
    /// <param name="cancellationToken">Stops resampling.</param>
    public static EvaluationReport Of(BinarySample answers, Resampling resampling, CancellationToken cancellationToken) =>
        new(answers.Rows, MetricEstimates.Of(answers, resampling, cancellationToken)) { Binary = BinaryDetail.Of(answers) };

    /// <param name="answers">Labels and probabilities.</param>
    /// <param name="classes">The classes' names, in the order of the probabilities.</param>
    /// <param name="resampling">For the metrics' intervals.</param>
    /// <param name="cancellationToken">Stops resampling.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than classes.</exception>
    public static EvaluationReport Of(MulticlassSample answers, IReadOnlyList<string> classes, Resampling resampling, CancellationToken cancellationToken) =>
        new(answers.Rows, MetricEstimates.Of(answers, resampling, cancellationToken)) { Multiclass = MulticlassDetail.Of(answers, classes) };

    /// <param name="answers">Labels and predictions.</param>
    /// <param name="resampling">For the metrics' intervals.</param>
    /// <param name="cancellationToken">Stops resampling.</param>
    public static EvaluationReport Of(RegressionSample answers, Resampling resampling, CancellationToken cancellationToken) =>
        new(answers.Rows, MetricEstimates.Of(answers, resampling, cancellationToken)) { Regression = RegressionDetail.Of(answers) };
}
