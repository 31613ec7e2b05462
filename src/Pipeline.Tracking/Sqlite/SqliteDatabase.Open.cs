using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

internal sealed partial class SqliteDatabase
{
    /// <summary>Opens MLflow's database, whatever its revision from <see cref="SqliteSchema.Revision"/> on, or makes it.</summary>
    /// <exception cref="TrackingException">The file is none of MLflow's, or an older one; it is left as it is.</exception>
    public static async Task<SqliteDatabase> OpenAsync(string path, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(path, patience);
        try
        {
            if (!await database.ReadAsync(database.IsThere, cancellationToken))
            {
                // Whole or not at all: a process that is killed here leaves an empty file, which the next one fills. Another one may have been faster.
                await database.WriteAsync(
                    connection =>
                    {
                        if (!database.IsThere(connection))
                        {
                            Create(connection, clock);
                        }
                    },
                    cancellationToken);
            }

            await database.TurnWriteAheadOnAsync(cancellationToken);
            return database;
        }
        catch
        {
            database.Close();
            throw;
        }
    }

    /// <returns>False for an empty file.</returns>
    private bool IsThere(SqliteConnection connection)
    {
        var columns = connection.Rows(
            reader => (Table: reader.GetString(0), Column: reader.GetString(1)),
            "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'").ToLookup(row => row.Table, row => row.Column);
        if (columns.Count == 0)
        {
            return false;
        }

        if (!columns.Contains("alembic_version") || !columns.Contains("runs"))
        {
            throw NotOurs("is a SQLite database, but not one of MLflow's");
        }

        foreach (var (table, needed) in SqliteSchema.Needed)
        {
            if (needed.Except(columns[table], StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
            {
                var revision = connection.Scalar("SELECT version_num FROM alembic_version") ?? "none";
                throw new TrackingException(
                    TrackingFault.Refused,
                    string.Create(CultureInfo.InvariantCulture, $"{Path} was made by an MLflow that is too old: its revision is {revision}, without {table}.{missing}. "
                        + $"Copy the file, then run 'mlflow db upgrade sqlite:///{System.IO.Path.GetFileName(Path)}' in its folder with MLflow 2.8 or later."));
            }
        }

        return true;
    }

    private static void Create(SqliteConnection connection, TimeProvider clock)
    {
        connection.Execute(SqliteSchema.Tables);
        connection.Execute("INSERT INTO alembic_version (version_num) VALUES (@revision)", ("@revision", SqliteSchema.Revision));
        connection.Execute(
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (0, 'Default', 'mlruns/0', 'active', @now, @now)",
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    // With the write-ahead log, readers (such as MLflow's UI) and a writer do not wait for each other. Where the file system has no shared memory, or somebody reads just now, the mode stays as it is.
    private Task TurnWriteAheadOnAsync(CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    using var connection = Connect();
                    if (connection.Scalar("PRAGMA journal_mode") is not "wal")
                    {
                        // Not worth the usual patience: nothing depends on it.
                        using var change = connection.Command("PRAGMA busy_timeout = 1000; PRAGMA journal_mode = WAL");
                        change.CommandTimeout = 1;
                        change.ExecuteNonQuery();
                    }

                    _synchronous = connection.Scalar("PRAGMA journal_mode") is "wal" ? "NORMAL" : "FULL";
                }
                catch (SqliteException)
                {
                    _synchronous = "FULL";
                }
            },
            cancellationToken);

    private TrackingException NotOurs(string what, Exception? cause = null) =>
        new(TrackingFault.Refused, $"{Path} {what}; it is left as it is. Move it away, or keep the runs in another folder or on a server (MLFLOW_TRACKING_URI).", cause);
}
