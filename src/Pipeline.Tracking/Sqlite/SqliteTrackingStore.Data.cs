using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

public sealed partial class SqliteTrackingStore
{
    private const int DatasetName = 500;
    private const int DatasetDigest = 36;
    private const int InputTag = 500;

    public Task LogAsync(string runId, RunData data, CancellationToken cancellationToken)
    {
        CheckNames(data.Parameters.Keys);
        CheckNames(data.Tags.Keys);
        CheckNames(data.Metrics.Select(point => point.Name).Distinct());
        return _database.WriteAsync(
            connection =>
            {
                ExperimentOf(connection, runId);
                WriteParameters(connection, runId, data.Parameters);
                WriteTags(connection, runId, data.Tags);
                if (data.Tags.TryGetValue(TrackingTags.RunName, out var name))
                {
                    connection.Execute("UPDATE runs SET name = @name WHERE run_uuid = @run", ("@name", TrackingLimits.Cut(name, TrackingLimits.Name)), ("@run", runId));
                }

                MetricWriter.Write(connection, runId, data.Metrics, cancellationToken);
            },
            cancellationToken);
    }

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, CancellationToken cancellationToken)
    {
        if (inputs.FirstOrDefault(input => input is not { Name.Length: > 0 and <= DatasetName, Digest.Length: > 0 and <= DatasetDigest, SourceType.Length: <= DatasetDigest }) is { } wrong)
        {
            throw Refused($"The data '{wrong.Name}' with digest '{wrong.Digest}' cannot be kept: a name has 1 to {DatasetName} characters, a digest 1 to {DatasetDigest}, a source type at most {DatasetDigest}.");
        }

        return _database.WriteAsync(
            connection =>
            {
                var experiment = ExperimentOf(connection, runId);
                foreach (var input in inputs)
                {
                    WriteInput(connection, runId, DatasetId(connection, experiment, input), input.Context);
                }
            },
            cancellationToken);
    }

    public Task<IReadOnlyList<MetricPoint>> GetHistoryAsync(string runId, string metric, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<MetricPoint>>(connection => MetricWriter.History(connection, runId, metric), cancellationToken);

    private static long ExperimentOf(SqliteConnection connection, string runId) =>
        (long?)connection.Scalar("SELECT experiment_id FROM runs WHERE run_uuid = @run AND lifecycle_stage = 'active'", ("@run", runId)) ?? throw NoRun(runId);

    private static void WriteParameters(SqliteConnection connection, string runId, IReadOnlyDictionary<string, string> parameters)
    {
        if (parameters.Count == 0)
        {
            return;
        }

        var known = connection.Rows(reader => (Key: reader.GetString(0), Value: reader.Text(1)), "SELECT key, value FROM params WHERE run_uuid = @run", ("@run", runId))
            .ToDictionary(row => row.Key, row => row.Value);
        foreach (var (name, text) in parameters)
        {
            var value = TrackingLimits.Cut(text, TrackingLimits.ParameterValue);
            if (!known.TryGetValue(name, out var before))
            {
                connection.Execute("INSERT INTO params (key, value, run_uuid) VALUES (@key, @value, @run)", ("@key", name), ("@value", value), ("@run", runId));
            }
            else if (before != value)
            {
                throw Refused($"Parameter {name} of run {runId} is '{before}' already; it cannot become '{value}'. Parameters do not change: make another run, or log it under another name.");
            }
        }
    }

    private static void WriteTags(SqliteConnection connection, string runId, IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (name, value) in tags)
        {
            connection.Execute(
                "INSERT INTO tags (key, value, run_uuid) VALUES (@key, @value, @run) ON CONFLICT DO UPDATE SET value = excluded.value",
                ("@key", name), ("@value", TrackingLimits.Cut(value, TrackingLimits.TagValue)), ("@run", runId));
        }
    }

    // Runs of an experiment share a row for the same data.
    private static string DatasetId(SqliteConnection connection, long experiment, DatasetInput input)
    {
        var key = new (string, object?)[] { ("@experiment", experiment), ("@name", input.Name), ("@digest", input.Digest) };
        if (connection.Scalar("SELECT dataset_uuid FROM datasets WHERE experiment_id = @experiment AND name = @name AND digest = @digest", key) is string known)
        {
            return known;
        }

        var id = Guid.NewGuid().ToString("N");
        connection.Execute(
            """
            INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile)
            VALUES (@id, @experiment, @name, @digest, @type, @source, @schema, @profile)
            """,
            [.. key, ("@id", id), ("@type", input.SourceType), ("@source", input.Source), ("@schema", input.Schema), ("@profile", input.Profile)]);
        return id;
    }

    private static void WriteInput(SqliteConnection connection, string runId, string dataset, string context)
    {
        var id = Guid.NewGuid().ToString("N");
        var added = connection.Execute(
            "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id) VALUES (@id, 'DATASET', @dataset, 'RUN', @run) ON CONFLICT DO NOTHING",
            ("@id", id), ("@dataset", dataset), ("@run", runId));
        if (added > 0)
        {
            connection.Execute(
                "INSERT INTO input_tags (input_uuid, name, value) VALUES (@id, @name, @value)", ("@id", id), ("@name", TrackingTags.DatasetContext), ("@value", TrackingLimits.Cut(context, InputTag)));
        }
    }
}
