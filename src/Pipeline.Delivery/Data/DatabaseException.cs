namespace Pipeline.Delivery.Data;

/// <summary>DuckDB refused a statement; whoever asked adds the file or setting that it was about.</summary>
public sealed class DatabaseException(string kind, string message, int? position, Exception? inner) : Exception(message, inner)
{
    /// <summary>DuckDB's name of the kind of error, such as <c>Binder</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>Where in the statement, from 0; null if unknown.</summary>
    public int? Position { get; } = position;
}
