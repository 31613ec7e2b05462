namespace Pipeline.Tracking.Sqlite;

/// <summary>The embedded store: <c>mlflow.db</c> and <c>mlruns/</c> in the repository, which <c>mlflow ui</c> opens as they are. Any number of processes may use it at once. Thread-safe.</summary>
/// <remarks>Addresses of artifacts are relative to the repository, so it can be moved; MLflow must be started in it.</remarks>
public sealed partial class SqliteTrackingStore : IRunTracker, IModelRegistry
{
    public const string FileName = "mlflow.db";

    /// <summary>How long another process may hold the file. MLflow's own patience is 20 s.</summary>
    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    private readonly SqliteDatabase _database;
    private readonly ArtifactFolders _artifacts;
    private readonly TimeProvider _clock;

    private SqliteTrackingStore(SqliteDatabase database, string directory, TimeProvider clock)
    {
        _database = database;
        _artifacts = new(directory);
        _clock = clock;
    }

    public string Address => _database.Path;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Opens the store of a repository, or makes it.</summary>
    /// <param name="directory">The repository's root, which must be there.</param>
    /// <param name="clock">Tells when something was made.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="TrackingException">The file is none of MLflow's, is too old, or cannot be read and written.</exception>
    public static Task<SqliteTrackingStore> OpenAsync(string directory, TimeProvider clock, CancellationToken cancellationToken) => OpenAsync(directory, clock, DefaultPatience, cancellationToken);

    /// <inheritdoc cref="OpenAsync(string, TimeProvider, CancellationToken)"/>
    /// <param name="directory">The repository's root, which must be there.</param>
    /// <param name="clock">Tells when something was made.</param>
    /// <param name="patience">How long another process may hold the file; at least a second.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public static async Task<SqliteTrackingStore> OpenAsync(string directory, TimeProvider clock, TimeSpan patience, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(directory);
        return new(await SqliteDatabase.OpenAsync(Path.Combine(root, FileName), patience, clock, cancellationToken), root, clock);
    }

    public ValueTask DisposeAsync()
    {
        _database.Close();
        return ValueTask.CompletedTask;
    }

    private static TrackingException Refused(string message) => new(TrackingFault.Refused, message);
}
