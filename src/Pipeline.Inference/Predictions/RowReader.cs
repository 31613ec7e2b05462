using System.Text;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Reads row objects into an exchange and notes every fault. One per request.</summary>
internal ref struct RowReader
{
    // Longer strings are read to the heap; categories are short.
    private const int StackBytes = 256;

    private readonly ColumnIndex _columns;
    private readonly CodedRows _rows;
    private readonly FaultList _faults;
    private readonly Span<int> _seenInRow;

    public RowReader(Exchange exchange)
    {
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
            ReadValue(ref reader, row, column);
        }

        FillMissing(row);
    }

    private readonly Column? Find(ref Utf8JsonReader reader, int row, int expectedIndex)
    {
        try
        {
            var column = _columns.Find(ref reader, expectedIndex);
            if (column is null)
            {
                _faults.Add(row, reader.GetString(), _columns.KnownNames, "an unknown column");
            }

            return column;
        }
        catch (InvalidOperationException)
        {
            _faults.Add(row, null, _columns.KnownNames, "a name that is no valid Unicode text");
            return null;
        }
    }

    private readonly void ReadValue(ref Utf8JsonReader reader, int row, Column column)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null when column.AllowsMissing:
                column.SetMissing(_rows, row);
                break;
            case JsonTokenType.Number when column.Kind == FeatureKind.Numeric:
                ReadNumber(ref reader, row, column);
                break;
            case JsonTokenType.String when column.Kind == FeatureKind.Categorical:
                ReadCategory(ref reader, row, column);
                break;
            default:
                _faults.Add(row, column.Name, column.Expected, JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
                break;
        }
    }

    private readonly void ReadNumber(ref Utf8JsonReader reader, int row, Column column)
    {
        if (reader.TryGetSingle(out var number) && float.IsFinite(number))
        {
            _rows.SetNumber(row, column.Slot, number);
        }
        else
        {
            _faults.Add(row, column.Name, "a number within ±3.4e38", Encoding.ASCII.GetString(reader.ValueSpan));
        }
    }

    private readonly void ReadCategory(ref Utf8JsonReader reader, int row, Column column)
    {
        if (!reader.ValueIsEscaped)
        {
            SetCategory(reader.ValueSpan, row, column);
            return;
        }

        try
        {
            var length = reader.ValueSpan.Length;
            var text = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
            SetCategory(text[..reader.CopyString(text)], row, column);
        }
        catch (InvalidOperationException)
        {
            _faults.Add(row, column.Name, column.Expected, "a string that is no valid Unicode text");
        }
    }

    private readonly void SetCategory(ReadOnlySpan<byte> text, int row, Column column)
    {
        var code = column.CodeOf(text);
        if (code >= 0)
        {
            _rows.SetCode(row, column.Slot, code);
        }
        else if (code == CategoryCode.Missing)
        {
            _faults.Add(row, column.Name, column.Expected, "U+FFFF, which stands for a missing value");
        }
        else
        {
            _rows.SetCode(row, column.Slot, code);
            if (_rows.KeepsUnseen)
            {
                _rows.NoteUnseen(row, column.Slot, Encoding.UTF8.GetString(text));
            }
        }
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
