using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// Judges a candidate by the gates that are of a metric over all test rows. What cannot be computed or compared fails: a missing metric, NaN, an unknown metric name, a champion whose files
/// cannot be had, an empty list.
/// </summary>
public static class QualityGates
{
    /// <param name="gates">Every gate of the definition; those of other kinds are judged elsewhere.</param>
    /// <param name="settings">How many rows there must be.</param>
    /// <param name="candidate">The candidate's report on the test rows.</param>
    /// <param name="answers">The candidate's answers to those rows; needed only if there are champions to compare with.</param>
    /// <param name="champions">Of the stages to be reached, on the same rows; empty before the first promotion.</param>
    /// <param name="cancellationToken">Stops resampling.</param>
    /// <returns>In the order of the gates, after a line on the number of rows.</returns>
    public static IReadOnlyList<GateRow> Judge(
        IReadOnlyList<GateSettings> gates,
        EvaluationSettings settings,
        EvaluationReport candidate,
        Lazy<IMetricSample> answers,
        IReadOnlyList<ComparedChampion> champions,
        CancellationToken cancellationToken)
    {
        if (gates.Count == 0)
        {
            return [new GateRow("at least one gate", candidate.Rows, GateOutcome.Fail, "the list of gates is empty, so nothing was judged")];
        }

        var regression = new RegressionGate(candidate, answers, settings, cancellationToken);
        var ofAllRows = gates.OfType<MetricGateSettings>().Where(gate => gate is { Slices.Count: 0, MinGain: null });
        return [RowsGate.Judge(settings, candidate), .. ofAllRows.SelectMany(gate => gate.IsComparison() ? regression.Judge(gate, champions) : [BoundGate.Judge(gate, candidate)])];
    }
}
