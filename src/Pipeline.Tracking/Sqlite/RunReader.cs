using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

/// <summary>Reads runs with all that was logged to them, in as many queries as there are kinds of things, however many the runs.</summary>
internal static class RunReader
{
    public static TrackedRun? Find(SqliteConnection connection, string runId) => Read(connection, "r.run_uuid = @run", [("@run", runId)]).SingleOrDefault();

    /// <summary>The newest first; of the same time, by id, as MLflow's UI has it.</summary>
    public static List<TrackedRun> Search(SqliteConnection connection, long experiment, IReadOnlyDictionary<string, string> tags)
    {
        var conditions = new List<string> { "r.experiment_id = @experiment" };
        var parameters = new List<(string, object?)> { ("@experiment", experiment) };
        foreach (var (name, value) in tags)
        {
            conditions.Add($"EXISTS (SELECT 1 FROM tags AS t WHERE t.run_uuid = r.run_uuid AND t.key = @key{parameters.Count} AND t.value = @value{parameters.Count})");
            parameters.AddRange([($"@key{parameters.Count}", name), ($"@value{parameters.Count}", TrackingLimits.Cut(value, TrackingLimits.TagValue))]);
        }

        return Read(connection, string.Join(" AND ", conditions), parameters);
    }

    public static string Text(RunStatus status) => status.ToString().ToUpperInvariant();

    private static List<TrackedRun> Read(SqliteConnection connection, string condition, List<(string, object?)> given)
    {
        var parameters = given.ToArray();
        var chosen = $"FROM runs AS r WHERE r.lifecycle_stage = 'active' AND {condition}";
        var ids = $"(SELECT r.run_uuid {chosen})";
        var runs = connection.Rows(
            Run, $"SELECT r.run_uuid, r.experiment_id, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri {chosen} ORDER BY r.start_time DESC, r.run_uuid", parameters);
        if (runs.Count == 0)
        {
            return runs;
        }

        var logged = runs.ToDictionary(run => run.Id, _ => new Logged());
        Each($"SELECT run_uuid, key, value FROM params WHERE run_uuid IN {ids}", (run, reader) => run.Parameters[reader.GetString(1)] = reader.Text(2));
        Each($"SELECT run_uuid, key, value FROM tags WHERE run_uuid IN {ids}", (run, reader) => run.Tags[reader.GetString(1)] = reader.Text(2));
        Each($"SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid IN {ids}", (run, reader) => run.Metrics[reader.GetString(1)] = MetricWriter.Value(reader, 2, 3));
        Each(
            $"""
            SELECT i.destination_id, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile, g.value
            FROM inputs AS i JOIN datasets AS d ON d.dataset_uuid = i.source_id LEFT JOIN input_tags AS g ON g.input_uuid = i.input_uuid AND g.name = '{TrackingTags.DatasetContext}'
            WHERE i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND i.destination_id IN {ids} ORDER BY d.name, d.digest
            """,
            (run, reader) => run.Inputs.Add(new(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.TextOrNull(5), reader.TextOrNull(6), reader.Text(7))));
        return [.. runs.Select(run => logged[run.Id].To(run))];

        void Each(string sql, Action<Logged, SqliteDataReader> add)
        {
            using var command = connection.Command(sql, parameters);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                add(logged[reader.GetString(0)], reader);
            }
        }
    }

    private static TrackedRun Run(SqliteDataReader reader) =>
        new(
            reader.GetString(0), reader.GetString(1), reader.Text(2), reader.Text(3), Enum.TryParse<RunStatus>(reader.Text(4), ignoreCase: true, out var status) ? status : RunStatus.Running,
            reader.Time(5) ?? DateTimeOffset.UnixEpoch, reader.Time(6), reader.Text(7));

    private sealed class Logged
    {
        public Dictionary<string, string> Parameters { get; } = [];

        public Dictionary<string, double> Metrics { get; } = [];

        public Dictionary<string, string> Tags { get; } = [];

        public List<DatasetInput> Inputs { get; } = [];

        public TrackedRun To(TrackedRun run) => run with { Parameters = Parameters, Metrics = Metrics, Tags = Tags, Inputs = Inputs };
    }
}
