using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;

namespace Pipeline.Inference.PredictionLog;

/// <summary>The requests' side of the prediction log: draws, copies and queues; what finds no room is counted and gone. Thread-safe.</summary>
public sealed class PredictionRecorder(RequestSampler sampler, PredictionLogMetrics metrics, TimeProvider clock)
{
    /// <summary>Requests that may wait for the disk.</summary>
    public const int MaxWaiting = 4_096;

    /// <summary>Bytes of their rows.</summary>
    public const int MaxWaitingBytes = 16 << 20;

    private readonly SparePool<PredictionRecord> _spare = new(MaxWaiting);

    internal DropQueue<PredictionRecord> Queue { get; } = new(MaxWaiting, MaxWaitingBytes);

    /// <summary>Whether the next request is logged.</summary>
    public bool Samples() => sampler.Next();

    /// <summary>Copies an answered request.</summary>
    public void Record(Exchange exchange, Protocol protocol)
    {
        var rows = exchange.Rows.Count;
        if (rows == 0)
        {
            return;
        }

        if (!Queue.TryReserve(ScoredRows.BytesOf(exchange.Rows, exchange.Model.Width)))
        {
            metrics.Dropped(DropReason.Full, rows);
            return;
        }

        if (!_spare.TryRent(out var record) || record.Scored.Model != exchange.Model)
        {
            record = new PredictionRecord(exchange.Model);
        }

        record.Time = clock.GetUtcNow().UtcDateTime;
        record.TraceId = RequestIds.TraceIdOf(exchange);
        record.RequestId = RequestIds.RequestIdOf(exchange, record.TraceId);
        record.Protocol = protocol;
        record.Scored.Copy(exchange);
        Queue.Add(record);
    }

    /// <summary>Takes a record back whose rows have been written or given up.</summary>
    internal void Return(PredictionRecord record)
    {
        Queue.Release(record.Scored.Bytes);
        record.Scored.Clear();
        if (record.Scored.IsWorthKeeping)
        {
            _spare.Return(record);
        }
    }
}
