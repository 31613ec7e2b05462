using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Runs one model for the requests that want it, each on the thread that asks. A run's fixed cost is less than that of handing rows to another thread, so that requests share
/// none. Thread-safe.
/// </summary>
public sealed class ModelRuns(OnnxScorer scorer, ModelMetrics metrics, TimeProvider clock)
{
    // Fewer rows end in less time than it takes to notice that they should.
    private const int RowsWorthCancelling = 128;

    /// <summary>Whether a request of so many rows takes notice of its deadline while it is worked on.</summary>
    public static bool IsCancellable(int rows) => rows > RowsWorthCancelling;

    /// <summary>Gives the exchange its predictions.</summary>
    /// <param name="exchange">At least one row, no faults.</param>
    /// <param name="deadline">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    public void Score(Exchange exchange, CancellationToken deadline = default)
    {
        var start = clock.GetTimestamp();
        scorer.Score(exchange.Rows, exchange.PredictionMemory, deadline);
        metrics.ComputeDuration.Observe(clock.GetElapsedTime(start).TotalSeconds);
        metrics.QueueDuration.Observe(exchange.Waited.TotalSeconds);
        metrics.BatchRows.Observe(exchange.Rows.Count);
        metrics.Rows.Inc(exchange.Rows.Count);
    }
}
