using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

/// <summary>The file of the embedded store: its connections, one writer at a time, and faults told in people's words. Thread-safe.</summary>
internal sealed partial class SqliteDatabase
{
    // Writers of one process queue here, so that none of them blocks a thread or starves; other processes wait in SQLite.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Writers = new();

    private readonly TimeSpan _patience;
    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer;

    // Safe against a lost power supply only together with the write-ahead log.
    private string _synchronous = "FULL";

    private SqliteDatabase(string path, TimeSpan patience)
    {
        Path = path;
        _patience = patience;
        _writer = Writers.GetOrAdd(path, _ => new(1, 1));
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds) }.ToString();
    }

    public string Path { get; }

    /// <summary>Reads one state of the database, whatever is written meanwhile.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => RunAsync(read, deferred: true, cancellationToken);

    /// <summary>Does all that is asked, or nothing; nobody else writes meanwhile.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            return await RunAsync(write, deferred: false, cancellationToken);
        }
        finally
        {
            _writer.Release();
        }
    }

    public Task WriteAsync(Action<SqliteConnection> write, CancellationToken cancellationToken) =>
        WriteAsync(
            connection =>
            {
                write(connection);
                return true;
            },
            cancellationToken);

    /// <summary>Closes the connections that are kept for the next call, which lets the write-ahead log go.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    // SQLite has no asynchronous calls: another thread waits for the disk and for locks.
    private Task<T> RunAsync<T>(Func<SqliteConnection, T> work, bool deferred, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                try
                {
                    using var connection = Connect();
                    using var transaction = connection.BeginTransaction(deferred);
                    var result = work(connection);
                    cancellationToken.ThrowIfCancellationRequested();
                    transaction.Commit();
                    return result;
                }
                catch (SqliteException e)
                {
                    throw Fault(e);
                }
            },
            cancellationToken);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute(FormattableString.Invariant($"PRAGMA busy_timeout = {(long)_patience.TotalMilliseconds}; PRAGMA synchronous = {_synchronous}"));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private TrackingException Fault(SqliteException e) => e.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => Unreachable(e, FormattableString.Invariant(
            $"Another process has held {Path} for {_patience.TotalSeconds:0.#} s. Wait until it has written or stop it, then repeat the command.")),
        SQLitePCL.raw.SQLITE_FULL => Unreachable(e, $"No room is left for {Path}. Free some on its disk, then repeat the command."),
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH =>
            Unreachable(e, $"{Path} cannot be written: {e.Message} Give yourself the right to write it and its folder, then repeat the command."),
        SQLitePCL.raw.SQLITE_CANTOPEN => Unreachable(e, $"{Path} cannot be opened: {e.Message} Its folder must be there, and you must have the right to read and write in it."),
        SQLitePCL.raw.SQLITE_CONSTRAINT => new(TrackingFault.Refused, $"{Path} does not take a row: {e.Message} What the row belongs to may have been removed meanwhile.", e),
        SQLitePCL.raw.SQLITE_NOTADB => NotOurs("is no SQLite database", e),
        SQLitePCL.raw.SQLITE_CORRUPT => Unreachable(e, $"{Path} is damaged: {e.Message} Bring a copy of it back; 'sqlite3 mlflow.db .recover' may save what is left."),
        _ => Unreachable(e, $"{Path} does not answer: {e.Message}"),
    };

    private static TrackingException Unreachable(SqliteException e, string message) => new(TrackingFault.Unreachable, message, e);
}
