using System.Runtime.InteropServices;
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
    /// <param name="cellOf">The cell of a grid that a time lies in.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    public static TimeScan Read(DuckDatabase database, RowColumns columns, Func<long, long> cellOf, CancellationToken cancellationToken)
    {
        var scan = new TimeScan();
        if (columns.Time is null && columns.IsOfModel is null)
        {
            database.Read($"SELECT count(*) FROM {columns.Relation}", row => scan.Rows = row.GetInt64(0), cancellationToken);
            return scan;
        }

        database.Read(
            $"SELECT coalesce({columns.IsOfModel ?? "true"}, false), {columns.Time ?? "NULL::BIGINT"} FROM {columns.Relation}",
            row =>
            {
                if (!row.GetBoolean(0))
                {
                    scan.OfOthers++;
                    return;
                }

                scan.Rows++;
                if (columns.Time is null)
                {
                    return;
                }

                if (WindowGrid.TimeOf(row, 1) is not { } time)
                {
                    scan.WithoutTime++;
                    return;
                }

                scan.First = Math.Min(scan.First ?? time, time);
                scan.Last = Math.Max(scan.Last ?? time, time);
                CollectionsMarshal.GetValueRefOrAddDefault(scan._counts, cellOf(time), out _)++;
            },
            cancellationToken);
        return scan;
    }
}
