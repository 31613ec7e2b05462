using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Reads row objects into an exchange and notes every fault. One per request.</summary>
internal ref struct RowReader
{
    private readonly ColumnIndex _columns;
    private readonly CodedRows _rows;
    private readonly FaultList _faults;
    private readonly Span<int> _seenInRow;
    private readonly ValueReader _values;
    private readonly bool _ignoresUnknown;

    /// <param name="exchange">Takes the rows and the faults.</param>
    /// <param name="ignoresUnknown">Whether columns that the model doesn't have are passed over; else they are faults.</param>
    public RowReader(Exchange exchange, bool ignoresUnknown = false)
    {
        _ignoresUnknown = ignoresUnknown;
        _values = new ValueReader(exchange);
        _columns = exchange.Model.Columns;
        _rows = exchange.Rows;
        _faults = exchange.Faults;
        _seenInRow = exchange.SeenInRow;
        _seenInRow.Fill(-1);
    }

    /// <summary>Reads one row; the reader stands on its opening brace and is left on the closing one.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public readonly void Read(ref Utf8JsonReader reader)
    {
        var row = _rows.Count;
        _rows.AddRow();
        var expectedIndex = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = Find(ref reader, row, expectedIndex);
            reader.Read();
            if (column is null)
            {
                reader.Skip();
                continue;
            }

            expectedIndex = column.Index + 1;
            if (_seenInRow[column.Index] == row)
            {
                _faults.Add(row, column.Name, "the column once", "the column again");
                reader.Skip();
                continue;
            }

            _seenInRow[column.Index] = row;
            _values.Read(ref reader, row, column);
        }

        FillMissing(row);
    }

    private readonly Column? Find(ref Utf8JsonReader reader, int row, int expectedIndex)
    {
        if (!JsonText.IsText(in reader))
        {
            _faults.Add(row, null, _columns.KnownNames, "a name that is no valid Unicode text");
            return null;
        }

        var column = _columns.Find(in reader, expectedIndex);
        if (column is null && !_ignoresUnknown)
        {
            _faults.Add(row, reader.GetString(), _columns.KnownNames, "an unknown column");
        }

        return column;
    }

    private readonly void FillMissing(int row)
    {
        foreach (var column in _columns.Columns)
        {
            if (_seenInRow[column.Index] == row)
            {
                continue;
            }

            if (column.AllowsMissing)
            {
                column.SetMissing(_rows, row);
            }
            else
            {
                _faults.Add(row, column.Name, column.Expected, "nothing");
            }
        }
    }
}
