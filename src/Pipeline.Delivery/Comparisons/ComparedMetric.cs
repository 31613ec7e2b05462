using System.Text.Json.Serialization;
using Pipeline.Metrics;
using Pipeline.Metrics.Comparisons;

namespace Pipeline.Delivery.Comparisons;

/// <summary>A metric of two models on the same rows.</summary>
/// <param name="Name">As model.yaml has it.</param>
/// <param name="This">The first model's value; null if undefined.</param>
/// <param name="Other">The second's; null if undefined.</param>
/// <param name="Difference">The first's less the second's; null if it is not known.</param>
/// <param name="Outcome">What the difference's interval says.</param>
public sealed record ComparedMetric(string Name, double? This, double? Other, PairedDifference? Difference, ComparedOutcome Outcome)
{
    /// <summary>The outcome as tables have it.</summary>
    [JsonIgnore]
    public string OutcomeText => Outcome switch
    {
        ComparedOutcome.Better => "better",
        ComparedOutcome.Worse => "worse",
        ComparedOutcome.Differs => "differs",
        ComparedOutcome.NoDifference => "no difference",
        _ => "unknown",
    };

    internal static ComparedMetric Of(MetricDefinition metric, double? one, double? other, PairedDifference? difference) =>
        new(metric.Name, one, other, difference, OutcomeOf(metric.Direction, difference?.Interval));

    private static ComparedOutcome OutcomeOf(MetricDirection direction, ConfidenceInterval? interval) => interval switch
    {
        null => ComparedOutcome.Unknown,
        { Low: <= 0, High: >= 0 } => ComparedOutcome.NoDifference,
        _ when direction == MetricDirection.Neither => ComparedOutcome.Differs,
        _ => interval.Low > 0 == (direction == MetricDirection.HigherIsBetter) ? ComparedOutcome.Better : ComparedOutcome.Worse,
    };
}
