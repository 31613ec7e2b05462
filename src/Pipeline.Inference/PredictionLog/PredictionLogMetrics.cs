using Pipeline.Inference.Telemetry;
using Prometheus;

namespace Pipeline.Inference.PredictionLog;

/// <summary>Figures of the prediction log, in rows. All series exist from the start, so that the first loss shows as an increase.</summary>
public sealed class PredictionLogMetrics
{
    public const string RecordsTotal = "prediction_log_records_total";
    public const string DroppedTotal = "prediction_log_dropped_total";

    private readonly Counter.Child _records;
    private readonly Counter.Child[] _dropped;

    public PredictionLogMetrics(InferenceMetrics metrics)
    {
        var factory = Metrics.WithCustomRegistry(metrics.Registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _records = factory.CreateCounter(RecordsTotal, "Rows written to the prediction log.", []).WithLabels();
        var reasons = Enum.GetNames<DropReason>().Select(name => name.ToLowerInvariant()).ToArray();
        var dropped = factory.CreateCounter(DroppedTotal, $"Rows missing from the prediction log, by reason: {string.Join(", ", reasons)}.", ["reason"]);
        _dropped = [.. reasons.Select(reason => dropped.WithLabels(reason))];
    }

    public double Records => _records.Value;

    public void Written(int rows) => _records.Inc(rows);

    public void Dropped(DropReason reason, int rows) => _dropped[(int)reason].Inc(rows);

    public double DroppedFor(DropReason reason) => _dropped[(int)reason].Value;
}
