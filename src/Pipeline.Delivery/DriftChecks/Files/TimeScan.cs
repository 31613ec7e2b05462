using DuckDB.NET.Data;
using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>What is known of the rows before they are counted: how many there are, and when they were.</summary>
internal sealed class TimeScan
{
    private readonly Dictionary<long, long> _counts = [];

    /// <summary>Rows of the model, with or without a time.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that another model answered.</summary>
    public long OfOthers { get; private set; }

    /// <summary>Rows whose time is missing.</summary>
    public long WithoutTime { get; private set; }

    /// <summary>The earliest time in microseconds since 1970; null if no row has one.</summary>
    public long? First { get; private set; }

    /// <summary>The latest.</summary>
    public long? Last { get; private set; }

    /// <summary>Rows by the cell of a grid; empty if rows have no time.</summary>
    public IReadOnlyDictionary<long, long> Counts => _counts;

    /// <param name="database">Has the rows.</param>
    /// <param name="columns">Where they are found.</param>
    /// <param name="grid">The cells that times lie in.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public static TimeScan Read(DuckDatabase database, RowColumns columns, WindowGrid grid, CancellationToken cancellationToken)
    {
        var scan = new TimeScan();
        var time = columns.Time is null ? "NULL::BIGINT" : WindowGrid.TimeWithin(columns.Time);
        database.Read(
            $"""
            SELECT of_model, {grid.CellSql("t")} AS cell, count(*), min(t), max(t)
            FROM (SELECT coalesce({columns.IsOfModel ?? "true"}, false) AS of_model, {time} AS t FROM {columns.Relation})
            GROUP BY of_model, cell
            """,
            row => scan.Add(row, hasTime: columns.Time is not null),
            cancellationToken);
        return scan;
    }

    private void Add(DuckDBDataReader row, bool hasTime)
    {
        var count = row.GetInt64(2);
        if (!row.GetBoolean(0))
        {
            OfOthers += count;
            return;
        }

        Rows += count;
        if (row.IsDBNull(1))
        {
            WithoutTime += hasTime ? count : 0;
            return;
        }

        _counts.Add(row.GetInt64(1), count);
        First = Math.Min(First ?? long.MaxValue, row.GetInt64(3));
        Last = Math.Max(Last ?? long.MinValue, row.GetInt64(4));
    }
}
