namespace Pipeline.Tracking.Sqlite;

public sealed partial class SqliteTrackingStore
{
    public async Task LogArtifactAsync(string runId, string path, string file, CancellationToken cancellationToken)
    {
        ArtifactPath.Check(path);
        await _artifacts.WriteAsync(await ArtifactUriAsync(runId, cancellationToken), path, file, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListArtifactsAsync(string runId, CancellationToken cancellationToken) => _artifacts.List(await ArtifactUriAsync(runId, cancellationToken));

    public async Task<Stream> OpenArtifactAsync(string runId, string path, CancellationToken cancellationToken)
    {
        ArtifactPath.Check(path);
        return _artifacts.Open(await ArtifactUriAsync(runId, cancellationToken), path);
    }

    private Task<string> ArtifactUriAsync(string runId, CancellationToken cancellationToken) =>
        _database.ReadAsync(
            connection => (string?)connection.Scalar("SELECT COALESCE(artifact_uri, '') FROM runs WHERE run_uuid = @run AND lifecycle_stage = 'active'", ("@run", runId)) ?? throw NoRun(runId),
            cancellationToken);
}
