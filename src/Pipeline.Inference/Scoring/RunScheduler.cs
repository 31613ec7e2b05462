using System.Collections.Concurrent;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Runs one model for the requests that want it. Small requests that wait at the same moment share a run, because a run's fixed cost is several times that of a row; nobody
/// waits for others to come. Large requests run on their own, no more at once than there are processors, so that threads are left for the rest of the service. Thread-safe.
/// </summary>
public sealed class RunScheduler(OnnxScorer scorer, ModelMetrics metrics, TimeProvider clock) : IDisposable
{
    internal const int MaxJoinedRows = 128;

    // With more rows a run's fixed cost doesn't count any more.
    private const int MaxRowsToJoin = 16;

    // Fewer rows are one run of the scorer, which ends in less time than it takes to notice that it should.
    private const int RowsWorthCancelling = 128;

    private readonly SemaphoreSlim _ownRuns = new(Environment.ProcessorCount);
    private readonly ConcurrentBag<JoinedRun> _spare = [];
    private readonly Lock _lock = new();
    private JoinedRun? _open;
    private int _small;

    /// <summary>Gives the exchange its probabilities.</summary>
    /// <param name="exchange">At least one row, no faults.</param>
    /// <param name="deadline">Ends the wait of a large request, and its run.</param>
    /// <exception cref="OperationCanceledException">The deadline has passed.</exception>
    public ValueTask ScoreAsync(Exchange exchange, CancellationToken deadline)
    {
        exchange.Queued = clock.GetTimestamp() - exchange.Waited;
        if (exchange.Rows.Count > MaxRowsToJoin)
        {
            return ScoreAloneAsync(exchange, deadline);
        }

        // Work that is queued is requests on their way here, as a rule.
        if (Interlocked.Increment(ref _small) > 1 || ThreadPool.PendingWorkItemCount > 0)
        {
            return Join(exchange);
        }

        try
        {
            Run(exchange.Rows, exchange.ProbabilityMemory, exchange, CancellationToken.None);
            return ValueTask.CompletedTask;
        }
        finally
        {
            Interlocked.Decrement(ref _small);
        }
    }

    public void Dispose() => _ownRuns.Dispose();

    /// <summary>Whether a request of so many rows takes notice of its deadline while it is worked on.</summary>
    internal static bool IsCancellable(int rows) => rows > MaxRowsToJoin;

    internal void Run(JoinedRun run)
    {
        lock (_lock)
        {
            if (_open == run)
            {
                if (run.HasGrown() && ThreadPool.PendingWorkItemCount > 0)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
                    return;
                }

                _open = null;
            }
        }

        Exception? failure = null;
        try
        {
            Run(run.Rows, run.Probabilities, run.Members[0], CancellationToken.None);
        }
        catch (Exception e)
        {
            // Each of the requests fails with it.
            failure = e;
        }

        Interlocked.Add(ref _small, -run.Members.Count);
        Answer(run, failure);
        run.Clear();
        _spare.Add(run);
    }

    private static void Answer(JoinedRun run, Exception? failure)
    {
        var start = 0;
        foreach (var exchange in run.Members)
        {
            // Once completed the exchange belongs to another request.
            var count = exchange.Rows.Count;
            if (failure is null)
            {
                run.Probabilities.Slice(start, count).CopyTo(exchange.ProbabilityMemory);
                exchange.Complete();
            }
            else
            {
                exchange.Fail(failure);
            }

            start += count;
        }
    }

    private ValueTask Join(Exchange exchange)
    {
        JoinedRun? opened = null;
        lock (_lock)
        {
            if (_open?.HasRoomFor(exchange.Rows.Count) != true)
            {
                opened = _open = _spare.TryTake(out var spare) ? spare : new JoinedRun(this, scorer.Schema);
            }

            _open.Add(exchange);
        }

        if (opened is not null)
        {
            // At the end of the pool's queue: requests that have arrived by now are read before, and come along.
            ThreadPool.UnsafeQueueUserWorkItem(opened, preferLocal: false);
        }

        return exchange.WaitAsync();
    }

    private async ValueTask ScoreAloneAsync(Exchange exchange, CancellationToken deadline)
    {
        await _ownRuns.WaitAsync(deadline);
        try
        {
            Run(exchange.Rows, exchange.ProbabilityMemory, exchange, exchange.Rows.Count > RowsWorthCancelling ? deadline : CancellationToken.None);
        }
        finally
        {
            _ownRuns.Release();
        }
    }

    private void Run(CodedRows rows, Memory<float> probabilities, Exchange first, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        scorer.Score(rows, probabilities, cancellationToken);
        metrics.QueueDuration.Observe(clock.GetElapsedTime(first.Queued, start).TotalSeconds);
        metrics.ComputeDuration.Observe(clock.GetElapsedTime(start).TotalSeconds);
        metrics.BatchRows.Observe(rows.Count);
        metrics.Rows.Inc(rows.Count);
    }
}
