using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

public sealed partial class SqliteTrackingStore
{
    private const int UserName = 256;

    public Task<TrackedRun> EnsureRunAsync(NewRun run, CancellationToken cancellationToken)
    {
        CheckNames(run.Tags.Keys);
        if (run.Key is not { Length: > 0 and <= TrackingLimits.TagValue })
        {
            throw Refused($"'{run.Key}' is no key of a run: it has 1 to {TrackingLimits.TagValue} characters.");
        }

        if (!TryExperiment(run.ExperimentId, out var experiment))
        {
            throw NoExperiment(run.ExperimentId);
        }

        return _database.WriteAsync(
            connection =>
            {
                var id = FindByKey(connection, experiment, run.Key) ?? CreateRun(connection, experiment, run);
                return RunReader.Find(connection, id)!;
            },
            cancellationToken);
    }

    public Task SetStatusAsync(string runId, RunStatus status, DateTimeOffset? endTime, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            connection =>
            {
                var changed = connection.Execute(
                    "UPDATE runs SET status = @status, end_time = @end WHERE run_uuid = @run AND lifecycle_stage = 'active'",
                    ("@status", RunReader.Text(status)), ("@end", endTime?.ToUnixTimeMilliseconds()), ("@run", runId));
                if (changed == 0)
                {
                    throw NoRun(runId);
                }
            },
            cancellationToken);

    public Task<TrackedRun?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => RunReader.Find(connection, runId), cancellationToken);

    public Task<IReadOnlyList<TrackedRun>> SearchRunsAsync(string experimentId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<TrackedRun>>(connection => TryExperiment(experimentId, out var experiment) ? RunReader.Search(connection, experiment, tags) : [], cancellationToken);

    private static string? FindByKey(SqliteConnection connection, long experiment, string key) =>
        (string?)connection.Scalar(
            """
            SELECT r.run_uuid FROM tags AS t JOIN runs AS r ON r.run_uuid = t.run_uuid
            WHERE t.key = @name AND t.value = @key AND r.experiment_id = @experiment AND r.lifecycle_stage = 'active' ORDER BY r.start_time
            """,
            ("@name", TrackingTags.RunKey), ("@key", key), ("@experiment", experiment));

    private static string CreateRun(SqliteConnection connection, long experiment, NewRun run)
    {
        if (connection.Scalar("SELECT 1 FROM experiments WHERE experiment_id = @id AND lifecycle_stage = 'active'", ("@id", experiment)) is null)
        {
            throw NoExperiment(run.ExperimentId);
        }

        var id = Guid.NewGuid().ToString("N");
        var name = TrackingLimits.Cut(run.Name, TrackingLimits.Name);
        connection.Execute(
            """
            INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, source_version, lifecycle_stage, artifact_uri, experiment_id)
            VALUES (@run, @name, 'LOCAL', '', '', @user, 'RUNNING', @start, '', 'active', @artifacts, @experiment)
            """,
            ("@run", id), ("@name", name), ("@user", TrackingLimits.Cut(run.User, UserName)), ("@start", run.Start.ToUnixTimeMilliseconds()),
            ("@artifacts", ArtifactFolders.OfRun(experiment, id)), ("@experiment", experiment));
        WriteTags(connection, id, run.Tags);
        WriteTags(connection, id, new Dictionary<string, string> { [TrackingTags.RunName] = name, [TrackingTags.User] = run.User, [TrackingTags.RunKey] = run.Key });
        return id;
    }

    private static bool TryExperiment(string experimentId, out long id) => long.TryParse(experimentId, NumberStyles.None, CultureInfo.InvariantCulture, out id);

    private static void CheckNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            TrackingLimits.CheckName(name);
        }
    }

    private static TrackingException NoExperiment(string id) => Refused($"There is no experiment {id}, or it was deleted. Make it by its name first.");

    private static TrackingException NoRun(string id) => Refused($"There is no run {id}, or it was deleted.");
}
