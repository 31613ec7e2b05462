using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Threads of their own for requests that take long, as many as there are processors. The thread pool is left for what is short: the network, refusals, probes, metrics
/// and small requests, which would otherwise stand in one line with the large ones and wait tens of milliseconds when there are many. First come, first served. Thread-safe.
/// </summary>
public sealed class HeavyWork : IDisposable
{
    // Refusals and probes go before: under a burst they are answered at once, and large requests take the rest.
    private const int Niceness = 5;

    // So few may always wait, however long each takes.
    private const int AlwaysWelcome = 4;

    // Weight of the newest in the average: what is told follows a change within some tens of requests.
    private const double Newest = 1 / 16.0;

    // A plain queue and a monitor: a thread that finds nothing sleeps at once, where the framework's collections first look again for a while.
    private readonly Queue<Action> _waiting = new();
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private readonly TimeProvider _clock;
    private bool _isDisposed;
    private int _inLine;
    private double _averageSeconds;

    public HeavyWork(TimeProvider clock)
    {
        _clock = clock;
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(index => new Thread(Work) { IsBackground = true, Name = $"heavy work {index}" })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Takes a place in the line, unless the work that is before would take longer than that.</summary>
    /// <param name="longest">The longest wait that is worth while.</param>
    /// <returns>Whether there was a place, which is then to be given back by <see cref="Leave"/>.</returns>
    public bool TryEnter(TimeSpan longest)
    {
        var before = Interlocked.Increment(ref _inLine) - 1;
        if (before <= AlwaysWelcome * _threads.Length || before * Volatile.Read(ref _averageSeconds) / _threads.Length <= longest.TotalSeconds)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>How many wait for a thread.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public void Leave() => Interlocked.Decrement(ref _inLine);

    /// <summary>Awaited, goes on on one of the threads.</summary>
    public Turn TurnAsync() => new(this);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Add(Action work)
    {
        lock (_gate)
        {
            _waiting.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    private bool TryTake([NotNullWhen(true)] out Action? work)
    {
        lock (_gate)
        {
            while (!_waiting.TryDequeue(out work))
            {
                if (_isDisposed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    private void Work()
    {
        ThreadNiceness.Set(Niceness);
        while (TryTake(out var work))
        {
            var start = _clock.GetTimestamp();
            work();

            // Two threads at once may lose one of the two values; an average can bear that.
            var average = Volatile.Read(ref _averageSeconds);
            Volatile.Write(ref _averageSeconds, average + ((_clock.GetElapsedTime(start).TotalSeconds - average) * Newest));
        }
    }

    /// <summary>A place in the line.</summary>
    [SuppressMessage("Design", "CA1034:Nested types should not be visible", Justification = "Only await has to do with it.")]
    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Nobody compares turns.")]
    public readonly struct Turn(HeavyWork work) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Turn GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => work.Add(continuation);

        public void UnsafeOnCompleted(Action continuation) => work.Add(continuation);
    }
}
