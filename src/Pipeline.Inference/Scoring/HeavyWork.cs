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
    private const int Niceness = 10;

    // So few may always wait, however long each takes.
    private const int AlwaysWelcome = 4;

    // Once some have been refused for a second, the others wait a fifth as long: a line that never ends makes everybody late and nobody's answer sooner. A burst may fill it.
    private const int PressedShare = 5;

    private static readonly TimeSpan PressedAfter = TimeSpan.FromSeconds(1);

    // A plain queue and a monitor: a thread that finds nothing sleeps at once, where the framework's collections first look again for a while.
    private readonly Queue<Action> _waiting = new();
    private readonly object _gate = new();
    private readonly Thread[] _threads;
    private readonly TimeProvider _clock;
    private readonly RecentAverage _workTime;
    private bool _isDisposed;
    private int _inLine;
    private long _firstRefusal;
    private long _lastRefusal;

    public HeavyWork(TimeProvider clock)
    {
        _clock = clock;
        _lastRefusal = clock.GetTimestamp() - (2 * clock.TimestampFrequency * (long)PressedAfter.TotalSeconds);
        _workTime = new RecentAverage(TimeSpan.FromMilliseconds(100));
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
        if (before <= AlwaysWelcome * _threads.Length || before * _workTime.Seconds / _threads.Length <= (IsPressed ? longest / PressedShare : longest).TotalSeconds)
        {
            return true;
        }

        Leave();
        NoteRefusal();
        return false;
    }

    /// <summary>Notes that there is more to do than can be done: if that goes on, the line is kept short.</summary>
    public void NoteRefusal()
    {
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(Volatile.Read(ref _lastRefusal), now) > PressedAfter)
        {
            Volatile.Write(ref _firstRefusal, now);
        }

        Volatile.Write(ref _lastRefusal, now);
    }

    private bool IsPressed => _clock.GetTimestamp() is var now
        && _clock.GetElapsedTime(Volatile.Read(ref _lastRefusal), now) <= PressedAfter && _clock.GetElapsedTime(Volatile.Read(ref _firstRefusal), now) >= PressedAfter;

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

    // Tells whether it had to sleep: that is no time of a work's.
    private bool TryTake([NotNullWhen(true)] out Action? work, out bool slept)
    {
        lock (_gate)
        {
            slept = false;
            while (!_waiting.TryDequeue(out work))
            {
                slept = true;
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
        var end = _clock.GetTimestamp();
        while (TryTake(out var work, out var slept))
        {
            // From the end of the work before: when others go before this thread, they do so between two works, too.
            var start = slept ? _clock.GetTimestamp() : end;
            work();
            end = _clock.GetTimestamp();

            _workTime.Add(_clock.GetElapsedTime(start, end));
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
