using Pipeline.Metrics.Regression;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What reports show of a model of a number beside its metrics.</summary>
public sealed record RegressionDetail
{
    public static RegressionDetail Of(RegressionSample answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return new RegressionDetail();
    }
}
