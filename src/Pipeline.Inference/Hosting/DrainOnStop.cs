using Pipeline.Inference.Health;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// On SIGTERM or SIGINT: not ready any more at once, then the drain time, in which requests are answered as before but each connection is closed with its answer, and only
/// then does the server stop taking connections and finish what is in flight.
/// </summary>
public sealed partial class DrainOnStop(InferenceOptions options, Readiness readiness, TimeProvider clock, ILogger<DrainOnStop> logger) : IHostedLifecycleService
{
    // Docker kills after 10 s, Kubernetes after 30 s. Up to a drain of 5 s all is over within 9 s.
    private static readonly TimeSpan StopWithoutDrain = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan MinFinish = TimeSpan.FromSeconds(4);

    /// <summary>The drain time and what requests in flight may take then; longer ones are cut off.</summary>
    public static TimeSpan TimeToStop(InferenceOptions options) =>
        options.Drain + (StopWithoutDrain - options.Drain is var left && left > MinFinish ? left : MinFinish);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A service that never was ready gets no requests that would have to be waited for.
        var drain = readiness.IsReady ? options.Drain : TimeSpan.Zero;
        readiness.Drain();
        Log.Draining(logger, drain.TotalSeconds);
        await Task.Delay(drain, clock, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Log.Stopped(logger);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "stopping: not ready any more, draining for {Seconds} s")]
        public static partial void Draining(ILogger logger, double seconds);

        [LoggerMessage(2, LogLevel.Information, "stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
