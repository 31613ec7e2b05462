using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DuckDB.NET.Data;

namespace Pipeline.DriftBenchmarks;

/// <summary>Rows out of DuckDB's hash function: the same seed gives the same rows.</summary>
internal static class MadeUpRows
{
    /// <param name="path">The Parquet file.</param>
    /// <param name="columns">SQL over the row's number <c>i</c>.</param>
    /// <param name="from">The first row's time.</param>
    /// <param name="days">Over how many the rows are spread.</param>
    /// <param name="rows">How many.</param>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "All of it is from here.")]
    public static void Write(string path, string columns, string from, int days, int rows)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"COPY (SELECT TIMESTAMP '{from}' + to_microseconds(CAST(i * {days}.0 * 86400000000 / {rows} AS BIGINT)) AS t, {columns} FROM range({rows}) r(i)) TO '{path.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet)");
        command.ExecuteNonQuery();
    }
}
