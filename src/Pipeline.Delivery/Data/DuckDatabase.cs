using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DuckDB.NET.Data;
using Pipeline.Engine;

namespace Pipeline.Delivery.Data;

/// <summary>A DuckDB database in memory that spills to a folder, fetches no extensions, and can be cancelled in the middle of a statement. For one thread at a time.</summary>
internal sealed class DuckDatabase : IDisposable
{
    // With the spill folder this is enough for any size; the rest of the 2 GB that a run may take is for training.
    private const string MemoryLimit = "1GiB";

    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    /// <param name="spillDirectory">Where data go that do not fit into memory; made when needed.</param>
    public DuckDatabase(string spillDirectory)
    {
        _connection.Open();
        Execute("SET errors_as_json = true", default);
        Execute("SET autoinstall_known_extensions = false", default);
        Execute("SET autoload_known_extensions = false", default);
        Execute($"SET temp_directory = {Literal(spillDirectory)}", default);
        Execute($"SET memory_limit = '{MemoryLimit}'", default);

        // Else a timestamp with time zone would mean another hour on another machine.
        Execute("SET TimeZone = 'UTC'", default);
    }

    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    public static string Literals(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Literal))}]";

    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>From here on no statement reads or writes a file, but for those given.</summary>
    public void CloseToTheOutside(IEnumerable<string> files, params string[] outputDirectories)
    {
        Execute($"SET allowed_paths = {Literals(files)}", default);
        Execute($"SET allowed_directories = {Literals(outputDirectories)}", default);
        Execute("SET enable_external_access = false", default);
        Execute("SET lock_configuration = true", default);
    }

    /// <exception cref="DatabaseException">The statement failed.</exception>
    public void Execute(string sql, CancellationToken cancellationToken) => Read(sql, static _ => { }, cancellationToken);

    /// <summary>Runs a statement and shows every row of its result.</summary>
    /// <exception cref="DatabaseException">The statement failed.</exception>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The user's own query is the point; everything else is quoted.")]
    public void Read(string sql, Action<DuckDBDataReader> onRow, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        using var interrupter = new Interrupter(command, cancellationToken);
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                onRow(reader);
            }
        }
        catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (DuckDBException e)
        {
            throw Translate(e.Message, e);
        }
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>What an error of DuckDB means: a <see cref="PipelineException"/> if the machine is at fault, else a <see cref="DatabaseException"/>.</summary>
    internal static Exception Translate(string text, Exception? error)
    {
        var (kind, message, position) = Parse(text);
        return kind switch
        {
            "IO" when message.Contains("No space left", StringComparison.OrdinalIgnoreCase) || message.Contains("Could not write", StringComparison.OrdinalIgnoreCase) =>
                new PipelineException(ExitCode.ToolError, $"The disk is full or cannot be written: {message}. Free some space in the artifacts folder and run again.", error),
            "Out of Memory" =>
                new PipelineException(ExitCode.ToolError, $"The data fit neither into {MemoryLimit} of memory nor into the artifacts folder's disk: {message}", error),
            _ => new DatabaseException(kind, message, position, error),
        };
    }

    private static (string Kind, string Message, int? Position) Parse(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            var root = json.RootElement;
            int? position = root.TryGetProperty("position", out var value) && int.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
            return (root.GetProperty("exception_type").GetString()!, root.GetProperty("exception_message").GetString()!.Trim(), position);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Some errors come as plain text all the same.
            var (kind, found, rest) = message.IndexOf(" Error: ", StringComparison.Ordinal) is > 0 and var end ? (message[..end], true, message[(end + 8)..]) : (string.Empty, false, message);
            return (kind, found ? rest.Trim() : message.Trim(), null);
        }
    }
}
