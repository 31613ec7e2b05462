using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.PredictionLog;

/// <summary>The disk's side of the prediction log: one thread of its own, so that a disk that hangs takes none that answers requests.</summary>
public sealed partial class PredictionLogWriter(PredictionRecorder recorder, PredictionLogFiles files, PredictionLogMetrics metrics, InferenceOptions options, TimeProvider clock, ILogger<PredictionLogWriter> logger)
    : IHostedLifecycleService
{
    // How old a record gets before it is written, and how long the rest may take once the service stops.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxDrain = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    // After so many requests the file's age is looked at, even if more wait.
    private const int MaxBatch = 1_024;

    private Thread? _thread;
    private volatile bool _isStopping;
    private double _droppedTold;
    private long? _told;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var log = options.PredictionLog!;
        Log.Logging(logger, log.Sample, log.Directory, PredictionLogOptions.FormatNames[(int)log.Format]);
        _thread = new Thread(Run) { IsBackground = true, Name = "prediction log" };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Once nothing can come any more: writes what waits, within a bound.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        recorder.Queue.Wake();
        if (_thread?.Join(MaxDrain) == false)
        {
            Log.NotDrained(logger, MaxDrain.TotalSeconds);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Run()
    {
        while (true)
        {
            // Asked before the queue is looked at: what came before the stop is written.
            var isStopping = _isStopping;
            var written = WriteWaiting();
            TellDropped();
            if (written == 0 && isStopping)
            {
                break;
            }

            if (written < MaxBatch && !isStopping)
            {
                recorder.Queue.Wait(Pause);
            }
        }

        files.Complete();
    }

    private int WriteWaiting()
    {
        var written = 0;
        for (; written < MaxBatch && recorder.Queue.TryTake(out var record); written++)
        {
            files.Write(record);
            recorder.Return(record);
        }

        files.Tidy();
        return written;
    }

    private void TellDropped()
    {
        var dropped = metrics.DroppedFor(DropReason.Full);
        if (dropped > _droppedTold && (_told is not { } told || clock.GetElapsedTime(told) >= TellAgainAfter))
        {
            Log.Dropped(logger, dropped - _droppedTold);
            _droppedTold = dropped;
            _told = clock.GetTimestamp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "logging predictions: {Share} of the requests to {Directory} as {Format}")]
        public static partial void Logging(ILogger logger, double share, string directory, string format);

        [LoggerMessage(2, LogLevel.Warning, "{Rows} rows did not get into the prediction log, because more came than could be written; log a smaller share (--prediction-log-sample) or use a faster disk")]
        public static partial void Dropped(ILogger logger, double rows);

        [LoggerMessage(3, LogLevel.Warning, "the prediction log was not written to its end within {Seconds} s")]
        public static partial void NotDrained(ILogger logger, double seconds);
    }
}
