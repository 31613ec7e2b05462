using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Baselines;
using Pipeline.Metrics;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>A metric must be better than a trivial model's by a margin: with 95 % confidence, looking at one end, of the difference on the same rows.</summary>
internal sealed class BaselineGate(EvaluationReport candidate, Lazy<IMetricSample> answers, Lazy<BaselineAnswers> baselines, EvaluationSettings settings, CancellationToken cancellationToken)
{
    public GateRow Judge(MetricGateSettings gate)
    {
        var check = string.Create(CultureInfo.InvariantCulture, $"{gate.Metric} at least {gate.MinGain} better than {NameOf(gate.Over)}");
        if (!candidate.Definitions.TryGetValue(gate.Metric, out var metric))
        {
            return new GateRow(check, candidate.Rows, GateOutcome.Fail, $"there is no metric '{gate.Metric}'");
        }

        var (feature, trivial) = baselines.Value.Of(gate.Over);
        var reference = MetricEstimates.Values(trivial)[gate.Metric];
        var row = new GateRow(check, candidate.Rows, GateOutcome.Fail, "it cannot be compared: a value is undefined")
        {
            Value = candidate.Metrics.GetValueOrDefault(gate.Metric)?.Value,
            Interval = candidate.Metrics.GetValueOrDefault(gate.Metric)?.Interval,
            Meaning = metric.Meaning,
        };
        if (reference is not { } r || PairedDifferences.Of(answers.Value, trivial, new Resampling(settings.Resamples, Resampling.Default.Seed), cancellationToken)[gate.Metric] is not { } difference)
        {
            return row;
        }

        var isHigherBetter = metric.Direction == MetricDirection.HigherIsBetter;
        var gain = isHigherBetter ? difference.LowerBound : -difference.UpperBound;
        var average = candidate.Task switch
        {
            ModelTask.Multiclass => "the shares of the classes",
            ModelTask.Regression => "the mean",
            _ => "the share of positives",
        };
        var told = gate.Over == BaselineNames.Prior ? $"{average} in training" : $"{average} by {feature}";
        return row with
        {
            Outcome = gain >= gate.MinGain ? GateOutcome.Pass : GateOutcome.Fail,
            Reason = string.Create(CultureInfo.InvariantCulture, $"{told} {(candidate.Task == ModelTask.Multiclass ? "reach" : "reaches")} {MetricText.Of(r)}; with 95 % confidence {(gain >= 0 ? "better" : "at most worse")} by {Math.Abs(gain):0.0000}{(gain >= 0 ? " or more" : string.Empty)}"),
            Bound = isHigherBetter ? r + gate.MinGain : r - gate.MinGain,
        };
    }

    private static string NameOf(string baseline) => baseline == BaselineNames.Prior ? "the prior" : "the best single feature";
}
