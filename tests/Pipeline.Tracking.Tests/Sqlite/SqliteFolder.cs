using Microsoft.Data.Sqlite;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

/// <summary>A repository with an embedded store, and its database as anybody else sees it.</summary>
internal sealed class SqliteFolder : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string Path => _directory.Path;

    public string Database => System.IO.Path.Combine(Path, SqliteTrackingStore.FileName);

    public Task<SqliteTrackingStore> OpenAsync(TimeSpan? patience = null) =>
        SqliteTrackingStore.OpenAsync(Path, TimeProvider.System, patience ?? SqliteTrackingStore.DefaultPatience, TestContext.Current.CancellationToken);

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Connect();
        using var command = Command(connection, sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>A row a line, columns with bars between.</summary>
    public List<string> Rows(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Connect();
        return Rows(connection, sql, parameters);
    }

    public static List<string> Rows(SqliteConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "" : reader.GetString(column))));
        }

        return rows;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
