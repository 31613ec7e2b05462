using System.Diagnostics.CodeAnalysis;
using Pipeline.Engine;
using Pipeline.Tracking;
using Pipeline.Tracking.MlflowRest;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Delivery.Tracking;

/// <summary>
/// The embedded store, which every run is logged to first, and the server, if there is one, which is told afterwards. A server that does not answer costs nothing but a warning: what it
/// missed stays in the embedded store, and SyncTracking brings it.
/// </summary>
/// <param name="settings">Where to; null to log nothing.</param>
/// <param name="rootDirectory">The clone's folder, where the embedded store lies.</param>
/// <param name="log">Tells what could not be logged.</param>
/// <param name="environment">Gives a variable's value, null if it is not set.</param>
public sealed class TrackingStores(TrackingSettings? settings, string rootDirectory, RunLog log, Func<string, string?> environment)
{
    private const string TriesVariable = "MLFLOW_HTTP_REQUEST_MAX_RETRIES";
    private const string TimeoutVariable = "MLFLOW_HTTP_REQUEST_TIMEOUT";

    // A build does not wait minutes for a server that is down or hangs, as with MLflow's own defaults, but half a minute: SyncTracking has the patience.
    private static readonly Dictionary<string, string> Hurried = new() { [TriesVariable] = "1", [TimeoutVariable] = "15" };
    private static readonly TimeSpan LongestHurriedPause = TimeSpan.FromSeconds(10);

    private bool _isLocalLost;
    private bool _isServerLost;

    public bool HasServer => settings?.Server is not null;

    /// <summary>Name of a model's experiment.</summary>
    public string ExperimentOf(string model) => settings?.Experiment ?? model;

    /// <summary>The embedded store.</summary>
    /// <exception cref="PipelineException">It cannot be opened.</exception>
    public async Task<TrackingStore> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OpenLocalAsync(cancellationToken);
        }
        catch (TrackingException e)
        {
            throw new PipelineException(ExitCode.ToolError, e.Message, e);
        }
    }

    /// <summary>The server, with all the patience that MLflow's variables ask for.</summary>
    /// <exception cref="PipelineException">Exit code 64: there is none, or its settings are wrong.</exception>
    public TrackingStore Connect() => Connect(isHurried: false);

    /// <summary>Logs to the embedded store, and then to the server, if there is one. Nothing but a cancellation comes out of it.</summary>
    /// <param name="use">Logs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="share">Brings to the server what was logged; null for nothing.</param>
    public async Task UseAsync(Func<TrackingStore, CancellationToken, Task> use, CancellationToken cancellationToken, Func<TrackingStore, TrackingStore, CancellationToken, Task>? share = null)
    {
        if (settings is null || _isLocalLost)
        {
            return;
        }

        try
        {
            await using var local = await OpenLocalAsync(cancellationToken);
            await use(local, cancellationToken);
            if (share is not null)
            {
                await ShareAsync(local, share, cancellationToken);
            }
        }
        catch (Exception e) when (e is TrackingException or IOException or UnauthorizedAccessException)
        {
            _isLocalLost = true;
            log.Warn($"Tracking: this run is not logged: {e.Message}");
        }
    }

    private async Task ShareAsync(TrackingStore local, Func<TrackingStore, TrackingStore, CancellationToken, Task> share, CancellationToken cancellationToken)
    {
        if (!HasServer || _isServerLost)
        {
            return;
        }

        try
        {
            await using var server = Connect(isHurried: true);
            await share(local, server, cancellationToken);
        }
        catch (Exception e) when (e is TrackingException or PipelineException)
        {
            _isServerLost = true;
            log.Warn($"Tracking: {e.Message} The run is kept in mlflow.db; ./build.sh SyncTracking brings it to the server.");
        }
    }

    private async Task<TrackingStore> OpenLocalAsync(CancellationToken cancellationToken)
    {
        var store = await SqliteTrackingStore.OpenAsync(rootDirectory, log.Clock, cancellationToken);
        return new TrackingStore(store, store);
    }

    /// <summary>How the server is asked.</summary>
    /// <param name="isHurried">Whether a build waits for it; what MLflow's variables say counts all the same.</param>
    /// <exception cref="PipelineException">Exit code 64: there is none, or its settings are wrong.</exception>
    internal MlflowRestSettings ServerSettings(bool isHurried)
    {
        var server = settings?.Server
            ?? throw new PipelineException(ExitCode.Usage, $"There is no tracking server: set {TrackingSettings.ServerVariable} to its address. Without one, runs are in mlflow.db, which 'mlflow ui' opens.");
        try
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (!isHurried)
            {
                return MlflowRestSettings.FromEnvironment(server, environment, home);
            }

            var hurried = MlflowRestSettings.FromEnvironment(server, name => environment(name) is { Length: > 0 } value ? value : Hurried.GetValueOrDefault(name), home);
            return hurried with { Retries = hurried.Retries with { LongestAskedPause = LongestHurriedPause } };
        }
        catch (TrackingException e)
        {
            throw new PipelineException(ExitCode.Usage, e.Message, e);
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It belongs to the store that is returned.")]
    private TrackingStore Connect(bool isHurried)
    {
        var store = new MlflowRestStore(ServerSettings(isHurried), log.Clock, Environment.ProcessId, fault => log.Warn($"Tracking: {fault}"));
        return new TrackingStore(store, store);
    }
}
