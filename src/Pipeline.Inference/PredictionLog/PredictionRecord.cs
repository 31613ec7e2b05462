using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;

namespace Pipeline.Inference.PredictionLog;

/// <summary>One logged request on its way to the disk: its rows, and what all of them have in common. Used again. Not thread-safe.</summary>
public sealed class PredictionRecord(LoadedModel model)
{
    /// <summary>When the request was answered, UTC.</summary>
    public DateTime Time { get; set; }

    public string RequestId { get; set; } = string.Empty;

    public string? TraceId { get; set; }

    public Protocol Protocol { get; set; }

    public ScoredRows Scored { get; } = new(model);

    public int RowCount => Scored.Rows.Count;
}
