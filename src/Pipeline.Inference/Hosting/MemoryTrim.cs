namespace Pipeline.Inference.Hosting;

/// <summary>
/// Gives memory back after a burst. The runtime's collector keeps what it once needed as long as the machine has room, so that one minute of large bodies would leave
/// hundreds of megabytes resident for days. Looks every few seconds; a service in steady state is never touched.
/// </summary>
internal sealed class MemoryTrim(TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>Resident bytes beyond those after the last trim from which on the next is worth it.</summary>
    internal const long Slack = 64 << 20;

    // A compacting collection stops all threads, for some milliseconds on a heap that is mostly free: not more often than this, even while the burst goes on.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private ITimer? _timer;
    private long _residentBefore;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _residentBefore = Environment.WorkingSet;
        _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Trims if there is much to give back.</summary>
    /// <returns>Whether it did.</returns>
    internal bool Look()
    {
        // The whole process, as the collector knows its own memory only as of its last run.
        if (Environment.WorkingSet <= _residentBefore + Slack)
        {
            return false;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        // What is still needed counts from now on: a large model's tables are no reason to collect again and again.
        _residentBefore = Environment.WorkingSet;
        return true;
    }
}
