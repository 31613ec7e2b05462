using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Watching;

namespace Pipeline.Inference.Shadow;

/// <summary>
/// Scores copies of answered requests with a second model. One thread loads, swaps, scores and frees, so that no model is ever freed under a run; requests only copy and
/// queue, and what finds no room is counted and gone.
/// </summary>
public sealed partial class ShadowRunner(InferenceOptions options, ModelSlot slot, ShadowLoader loader, TimeProvider clock, ILogger<ShadowRunner> logger) : IHostedLifecycleService, IDisposable
{
    // Far behind whatever answers requests.
    private const int Niceness = 10;

    /// <summary>Requests that may wait.</summary>
    public const int MaxWaiting = 4_096;

    /// <summary>Bytes of their rows.</summary>
    public const int MaxWaitingBytes = 16 << 20;

    private const int MaxBatch = 1_024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxStop = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(1);

    private readonly DropQueue<ScoredRows> _queue = new(MaxWaiting, MaxWaitingBytes);
    private readonly SparePool<ScoredRows> _spare = new(MaxWaiting);
    private readonly CancellationTokenSource _stopping = new();
    private volatile ShadowModel? _current;
    private volatile bool _isAsked;
    private PosixSignalRegistration? _hangup;
    private Thread? _thread;
    private long? _looked;
    private long? _told;

    /// <summary>Whether a shadow is loaded.</summary>
    public bool IsActive => _current is not null;

    /// <summary>Copies an answered request for the shadow. Never blocks.</summary>
    public void Offer(Exchange exchange)
    {
        var rows = exchange.Rows.Count;
        if (rows == 0 || _current is not { } shadow || shadow.Served != exchange.Model)
        {
            return;
        }

        if (!_queue.TryReserve(ScoredRows.BytesOf(exchange.Rows, exchange.Model.Width)))
        {
            shadow.Metrics.Dropped[(int)ShadowDropReason.Full].Inc(rows);
            return;
        }

        if (!_spare.TryRent(out var copy) || copy.Model != exchange.Model)
        {
            copy = new ScoredRows(exchange.Model);
        }

        copy.Copy(exchange);
        _queue.Add(copy);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
        {
            _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                _isAsked = true;
                _queue.Wake();
            });
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "shadow", Priority = ThreadPriority.Lowest };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>Once requests have ended: ends the run in progress, within a bound.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _queue.Wake();
        _thread?.Join(MaxStop);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _hangup?.Dispose();
        if (_thread?.IsAlive != true)
        {
            _stopping.Dispose();
        }
    }

    private void Run()
    {
        ThreadNiceness.Set(Niceness);
        while (!_stopping.IsCancellationRequested)
        {
            Look();
            if (ScoreWaiting() < MaxBatch)
            {
                _queue.Wait(Pause);
            }
        }

        _current?.Dispose();
        _current = null;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The shadow lives until the next one takes its place, or the thread ends.")]
    private void Look()
    {
        // The model that is served comes first.
        if (slot.Current is not { } served || !(_isAsked || _looked is not { } looked || clock.GetElapsedTime(looked) >= options.Shadow!.Poll))
        {
            return;
        }

        var isAsked = _isAsked;
        _isAsked = false;
        _looked = clock.GetTimestamp();
        if (loader.LoadIfNew(served, _current?.Package.Digest, isAsked) is { } loaded)
        {
            var old = _current;
            _current = loaded;
            old?.Dispose();
        }
    }

    private int ScoreWaiting()
    {
        var taken = 0;
        for (; taken < MaxBatch && _queue.TryTake(out var request); taken++)
        {
            Try(shadow => shadow.Add(request, _stopping.Token));
            _queue.Release(request.Bytes);
            request.Clear();
            if (request.IsWorthKeeping)
            {
                _spare.Return(request);
            }
        }

        Try(shadow => shadow.Run(_stopping.Token));
        return taken;
    }

    // Once it is loaded there is always a shadow; requests that waited for the one before are scored by the next.
    private void Try(Action<ShadowModel> score)
    {
        try
        {
            if (_current is { } shadow)
            {
                score(shadow);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
        catch (Exception e)
        {
            // Whatever a shadow does must not touch the model that is served.
            if (_told is not { } told || clock.GetElapsedTime(told) >= TellAgainAfter)
            {
                _told = clock.GetTimestamp();
                Log.Failed(logger, _current!.Package.Digest.ToString(), e.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the shadow {ModelDigest} failed to score: {Reason} The served model goes on.")]
        public static partial void Failed(ILogger logger, string modelDigest, string reason);
    }
}
