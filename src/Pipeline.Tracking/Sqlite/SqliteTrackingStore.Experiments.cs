using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

public sealed partial class SqliteTrackingStore
{
    private const int ExperimentName = 256;

    public async Task<string> EnsureExperimentAsync(string name, CancellationToken cancellationToken)
    {
        if (name is not { Length: > 0 and <= ExperimentName })
        {
            throw Refused($"'{name}' is no name of an experiment: it has 1 to {ExperimentName} characters.");
        }

        var found = await _database.ReadAsync(connection => FindExperiment(connection, name), cancellationToken);
        var id = found is { IsActive: true } ? found.Value.Id : await _database.WriteAsync(connection => EnsureExperiment(connection, name), cancellationToken);
        return id.ToString(CultureInfo.InvariantCulture);
    }

    private long EnsureExperiment(SqliteConnection connection, string name)
    {
        if (FindExperiment(connection, name) is not { } found)
        {
            return CreateExperiment(connection, name);
        }

        if (!found.IsActive)
        {
            // As MLflow restores it: with all its runs.
            connection.Execute("UPDATE experiments SET lifecycle_stage = 'active', last_update_time = @now WHERE experiment_id = @id", ("@now", Now), ("@id", found.Id));
            connection.Execute("UPDATE runs SET lifecycle_stage = 'active', deleted_time = NULL WHERE experiment_id = @id", ("@id", found.Id));
        }

        return found.Id;
    }

    private long CreateExperiment(SqliteConnection connection, string name)
    {
        connection.Execute(
            "INSERT INTO experiments (name, lifecycle_stage, creation_time, last_update_time) VALUES (@name, 'active', @now, @now)", ("@name", name), ("@now", Now));
        var id = (long)connection.Scalar("SELECT last_insert_rowid()")!;
        connection.Execute("UPDATE experiments SET artifact_location = @location WHERE experiment_id = @id", ("@location", ArtifactFolders.OfExperiment(id)), ("@id", id));
        return id;
    }

    private static (long Id, bool IsActive)? FindExperiment(SqliteConnection connection, string name) =>
        connection.Rows<(long, bool)?>(
            reader => (reader.GetInt64(0), reader.Text(1) == "active"),
            "SELECT experiment_id, lifecycle_stage FROM experiments WHERE name = @name ORDER BY experiment_id", ("@name", name)).FirstOrDefault();
}
