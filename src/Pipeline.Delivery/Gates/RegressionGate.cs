using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// No metric may be worse than the champion's by more than a margin (non-inferiority): with 95 % confidence, looking at one end, of the difference on the same rows.
/// </summary>
internal sealed class RegressionGate(EvaluationReport candidate, Lazy<IMetricSample> answers, EvaluationSettings settings, CancellationToken cancellationToken)
{
    // What subtracting one written number from another may lose, as a share of them: 0.8 - 0.1 is a little more than 0.7 in binary.
    private const double RoundingError = 1e-12;

    private readonly Dictionary<ComparedChampion, IReadOnlyDictionary<string, PairedDifference?>> _differences = [];

    /// <returns>One for each champion; one if there is none yet.</returns>
    public IReadOnlyList<GateRow> Judge(MetricGateSettings gate, IReadOnlyList<ComparedChampion> champions)
    {
        var margin = gate.MaxRegression?.ToString(CultureInfo.InvariantCulture) ?? $"{(gate.MaxRelativeRegression * 100)?.ToString("0.###", CultureInfo.InvariantCulture)} %";
        if (!candidate.Definitions.TryGetValue(gate.Metric, out var metric))
        {
            return [new GateRow($"{gate.Metric} at most {margin} from the champion's", candidate.Rows, GateOutcome.Fail, $"there is no metric '{gate.Metric}'")];
        }

        var check = $"{gate.Metric} at most {margin} {(metric.Direction == MetricDirection.HigherIsBetter ? "below" : "above")} the champion's";
        return champions.Count == 0 ? [First(check, metric)] : [.. champions.Select(champion => Compare(gate, metric, $"{check} ({champion.Champion.Stage} {champion.Champion.PackageDigest.Abbreviated})", champion))];
    }

    private GateRow First(string check, MetricDefinition metric)
    {
        var estimate = candidate.Metrics.GetValueOrDefault(metric.Name);
        var isDefined = estimate?.Value is { } value && double.IsFinite(value);
        return RowOf(check, metric, isDefined ? GateOutcome.Pass : GateOutcome.Fail, isDefined ? "no champion yet: this is the first promotion" : $"the metric is undefined on these rows: {estimate?.Undefined}");
    }

    private GateRow Compare(MetricGateSettings gate, MetricDefinition metric, string check, ComparedChampion champion)
    {
        var isKnown = champion.Answers is not null && (champion.KnowsDecisions || !metric.NeedsThreshold);
        if (!isKnown)
        {
            return RowOf(check, metric, GateOutcome.Fail, champion.WhyNot ?? "it cannot be compared");
        }

        var reference = MetricEstimates.Values(champion.Answers!)[metric.Name];
        var margin = gate.MaxRegression ?? (gate.MaxRelativeRegression * Math.Abs(reference ?? double.NaN));
        if (margin is not { } allowed || !double.IsFinite(allowed) || allowed < 0 || reference is not { } r || DifferenceOf(metric, champion) is not { } difference)
        {
            return RowOf(check, metric, GateOutcome.Fail, "it cannot be compared: a value is undefined") with { Champion = reference };
        }

        var isHigherBetter = metric.Direction == MetricDirection.HigherIsBetter;
        var worst = isHigherBetter ? difference.LowerBound : difference.UpperBound;
        var rounding = RoundingError * Math.Max(Math.Abs(r), allowed);
        var passed = isHigherBetter ? worst >= -allowed - rounding : worst <= allowed + rounding;
        var reason = $"difference {DifferenceText.Of(difference.Value)} on the same {candidate.Rows} rows, with 95 % confidence not {(isHigherBetter ? "below" : "above")} {DifferenceText.Of(worst)}{Note(metric, champion)}";
        return RowOf(check, metric, passed ? GateOutcome.Pass : GateOutcome.Fail, reason) with
        {
            Bound = isHigherBetter ? r - allowed : r + allowed,
            Champion = r,
            Difference = difference,
        };
    }

    private PairedDifference? DifferenceOf(MetricDefinition metric, ComparedChampion champion)
    {
        if (!_differences.TryGetValue(champion, out var all))
        {
            all = PairedDifferences.Of(answers.Value, champion.Answers!, new Resampling(settings.Resamples, Resampling.Default.Seed), cancellationToken);
            _differences.Add(champion, all);
        }

        return all[metric.Name];
    }

    /// <summary>For the metrics that have a test of their own, what it says.</summary>
    private string Note(MetricDefinition metric, ComparedChampion champion)
    {
        if (answers.Value is not BinarySample binary || champion.Answers is not BinarySample other)
        {
            return string.Empty;
        }

        if (metric.Name == BinaryMetricNames.RocAuc && DeLong.Compare(binary, other)?.PValue is { } p)
        {
            return $"; DeLong's p {DifferenceText.OfP(p)}";
        }

        if (metric.Name != BinaryMetricNames.Accuracy)
        {
            return string.Empty;
        }

        var test = binary.CompareDecisions(other);
        return string.Create(CultureInfo.InvariantCulture, $"; {test.OnlyFirst} rows right that the champion has wrong, {test.OnlySecond} the other way round, McNemar's p {DifferenceText.OfP(test.PValue)}");
    }

    private GateRow RowOf(string check, MetricDefinition metric, GateOutcome outcome, string reason) => new(check, candidate.Rows, outcome, reason)
    {
        Value = candidate.Metrics.GetValueOrDefault(metric.Name)?.Value,
        Interval = candidate.Metrics.GetValueOrDefault(metric.Name)?.Interval,
        Meaning = metric.Meaning,
    };
}
