namespace Pipeline.Tracking.MlflowRest;

/// <summary>Runs and models on an MLflow server, by REST 2.0. MLflow 2.3 and newer have all that is needed but inputs, which came with 2.4 and are left out before.</summary>
public sealed class MlflowRestStore : IRunTracker, IModelRegistry
{
    private readonly MlflowTransport _tracking;
    private readonly MlflowTransport _registry;
    private readonly MlflowRuns _runs;
    private readonly MlflowLog _log;
    private readonly MlflowArtifacts _artifacts;
    private readonly MlflowVersions _versions;

    /// <param name="settings">The server.</param>
    /// <param name="time">For the pauses between tries.</param>
    /// <param name="seed">Of the chance in these pauses: another one on each machine spreads them.</param>
    /// <param name="warn">Told, once, what the server cannot do and is done without; null if nobody wants to know.</param>
    /// <exception cref="TrackingException">A certificate's file cannot be read.</exception>
    public MlflowRestStore(MlflowRestSettings settings, TimeProvider time, int seed, Action<string>? warn = null)
    {
        var warning = new MlflowWarning(warn);
        _tracking = new MlflowTransport(settings.Tracking, settings, time, seed);
        _registry = settings.Registry == settings.Tracking ? _tracking : new MlflowTransport(settings.Registry, settings, time, seed);
        _runs = new MlflowRuns(_tracking, warning);
        _log = new MlflowLog(_tracking, _runs, warning);
        _artifacts = new MlflowArtifacts(_tracking, _runs);
        _versions = new MlflowVersions(_registry, _artifacts, time);
    }

    public string Address => _tracking.Server.Address;

    public Task<string> EnsureExperimentAsync(string name, CancellationToken cancellationToken) => _runs.EnsureExperimentAsync(name, cancellationToken);

    public Task<TrackedRun> EnsureRunAsync(NewRun run, CancellationToken cancellationToken) => _runs.EnsureRunAsync(run, cancellationToken);

    public Task SetStatusAsync(string runId, RunStatus status, DateTimeOffset? endTime, CancellationToken cancellationToken) => _runs.SetStatusAsync(runId, status, endTime, cancellationToken);

    public Task LogAsync(string runId, RunData data, CancellationToken cancellationToken) => _log.LogAsync(runId, data, cancellationToken);

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken) => _runs.LogInputsAsync(runId, inputs, cancellationToken);

    public Task LogArtifactAsync(string runId, string path, string file, CancellationToken cancellationToken) => _artifacts.LogAsync(runId, path, file, cancellationToken);

    public Task<IReadOnlyList<string>> ListArtifactsAsync(string runId, CancellationToken cancellationToken) => _artifacts.ListAsync(runId, cancellationToken);

    public Task<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken) => _artifacts.OpenAsync(runId, path, cancellationToken);

    public Task<TrackedRun?> FindRunAsync(string runId, CancellationToken cancellationToken) => _runs.FindAsync(runId, cancellationToken);

    public Task<IReadOnlyList<TrackedRun>> SearchRunsAsync(string experimentId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        _runs.SearchAsync(experimentId, tags, _tracking.SendAsync, cancellationToken);

    public Task<IReadOnlyList<MetricPoint>> GetHistoryAsync(string runId, string metric, CancellationToken cancellationToken) => _runs.GetHistoryAsync(runId, metric, _tracking.SendAsync, cancellationToken);

    public Task EnsureModelAsync(string model, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        _versions.EnsureModelAsync(model, description, tags, cancellationToken);

    public Task<ModelVersion> EnsureVersionAsync(NewModelVersion version, CancellationToken cancellationToken) => _versions.EnsureVersionAsync(version, cancellationToken);

    public Task UpdateVersionAsync(string model, int version, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        _versions.UpdateVersionAsync(model, version, description, tags, cancellationToken);

    public Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string model, CancellationToken cancellationToken) => _versions.ListAsync(model, cancellationToken);

    public Task SetAliasAsync(string model, string aliasName, int version, CancellationToken cancellationToken) => _versions.SetAliasAsync(model, aliasName, version, cancellationToken);

    public Task DeleteAliasAsync(string model, string aliasName, CancellationToken cancellationToken) => _versions.DeleteAliasAsync(model, aliasName, cancellationToken);

    public Task<ModelVersion?> FindByAliasAsync(string model, string aliasName, CancellationToken cancellationToken) => _versions.FindByAliasAsync(model, aliasName, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _runs.Dispose();
        _versions.Dispose();
        _registry.Dispose();
        _tracking.Dispose();
        return ValueTask.CompletedTask;
    }
}
