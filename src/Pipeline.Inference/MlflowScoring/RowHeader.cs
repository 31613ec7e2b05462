using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>Which column each place of a row is for, by the names in a header. Columns that the model doesn't have are passed over, as MLflow does. One per request.</summary>
internal sealed class RowHeader
{
    // Each name takes memory until the request ends, and one byte to send.
    private const int MaxUnknown = 10_000;

    private readonly ColumnIndex _columns;
    private readonly FaultList _faults;
    private readonly int[] _seen;
    private readonly List<Column?> _places;
    private readonly List<Column> _absent = [];

    public RowHeader(Exchange exchange)
    {
        _columns = exchange.Model.Columns;
        _faults = exchange.Faults;
        _seen = exchange.SeenInRow;
        _seen.AsSpan().Fill(-1);
        _places = new List<Column?>(_columns.Columns.Count);
    }

    public int Count => _places.Count;

    /// <summary>Whether no more names are taken.</summary>
    public bool IsFull => _places.Count == _columns.Columns.Count + MaxUnknown;

    /// <summary>The column at a place; null if the place is to be passed over.</summary>
    public Column? this[int place] => _places[place];

    /// <param name="name">The next name; null for one that can't be a column's.</param>
    public void Add(string? name)
    {
        var column = name is null ? null : _columns.Find(name);
        if (column is not null && _seen[column.Index] >= 0)
        {
            _faults.Add(null, column.Name, "the column once", "the column again");
            column = null;
        }

        if (column is not null)
        {
            _seen[column.Index] = _places.Count;
        }

        _places.Add(column);
    }

    /// <summary>To be called after the last name: notes the columns that are not there.</summary>
    public void Complete()
    {
        foreach (var column in _columns.Columns)
        {
            if (_seen[column.Index] >= 0)
            {
                continue;
            }

            if (column.AllowsMissing)
            {
                _absent.Add(column);
            }
            else
            {
                _faults.Add(null, column.Name, "the column", "none of that name");
            }
        }
    }

    /// <summary>Notes that there are too many names.</summary>
    public void RefuseMore(string field) => _faults.Add(null, field, $"at most {MaxUnknown} columns that the model does not have", "more");

    /// <summary>Gives a row its missing values in the columns that are not there.</summary>
    public void FillAbsent(CodedRows rows, int row)
    {
        foreach (var column in _absent)
        {
            column.SetMissing(rows, row);
        }
    }
}
