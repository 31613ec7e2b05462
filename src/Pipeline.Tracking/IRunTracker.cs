namespace Pipeline.Tracking;

/// <summary>Where runs are kept: the embedded store, or an MLflow server. Every call may be repeated: what is there already is not logged twice. Thread-safe.</summary>
/// <remarks>All calls throw <see cref="TrackingException"/>.</remarks>
public interface IRunTracker : IAsyncDisposable
{
    /// <summary>Where it is, for people: a path, or a URL without a password.</summary>
    string Address { get; }

    /// <summary>Finds the experiment by its name, or makes it; a deleted one is restored.</summary>
    /// <returns>Its id.</returns>
    Task<string> EnsureExperimentAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes a run, or finds the one that was made with the same key: there is never a second.</summary>
    Task<TrackedRun> EnsureRunAsync(NewRun run, CancellationToken cancellationToken);

    /// <summary>Sets how a run stands.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="status">Its state.</param>
    /// <param name="endTime">When it ended; null while it runs.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task SetStatusAsync(string runId, RunStatus status, DateTimeOffset? endTime, CancellationToken cancellationToken);

    /// <summary>
    /// Adds parameters, points of metrics and tags, as many as there are. A point that is there already, with the same value, is not added again, NaN included. A tag replaces the one before.
    /// Values that are too long are cut (<see cref="TrackingLimits"/>).
    /// </summary>
    /// <exception cref="TrackingException">A parameter is there with another value; a name is none that MLflow takes.</exception>
    Task LogAsync(string runId, RunData data, CancellationToken cancellationToken);

    /// <summary>Says which data a run has read.</summary>
    Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken);

    /// <summary>Copies a file to the run's artifacts, replacing the one of the same path.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">Path in the run, with slashes: <c>report/report.html</c>.</param>
    /// <param name="file">The local file.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    Task LogArtifactAsync(string runId, string path, string file, CancellationToken cancellationToken);

    /// <summary>Paths of all files among a run's artifacts, in ordinal order, with slashes.</summary>
    Task<IReadOnlyList<string>> ListArtifactsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The bytes of an artifact.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="path">One of <see cref="ListArtifactsAsync"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken);

    /// <summary>A run that is not deleted; null if there is none.</summary>
    Task<TrackedRun?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Runs of an experiment that are not deleted, the newest first.</summary>
    /// <param name="experimentId">The experiment.</param>
    /// <param name="tags">Tags that they must have; empty for all.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    Task<IReadOnlyList<TrackedRun>> SearchRunsAsync(string experimentId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>All points of a metric, by step and time.</summary>
    Task<IReadOnlyList<MetricPoint>> GetHistoryAsync(string runId, string metric, CancellationToken cancellationToken);
}
