using System.Text;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>Reads single values into an exchange's rows and notes what is wrong with them.</summary>
internal readonly ref struct ValueReader(Exchange exchange)
{
    // Longer strings are read to the heap; categories are short.
    private const int StackBytes = 256;

    private readonly CodedRows _rows = exchange.Rows;
    private readonly FaultList _faults = exchange.Faults;

    /// <summary>Reads a JSON value; the reader stands on it and is left on its end.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public void Read(ref Utf8JsonReader reader, int row, Column column)
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

    /// <summary>Sets a categorical column's value.</summary>
    /// <param name="text">Valid UTF-8, nothing escaped.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    public void SetCategory(ReadOnlySpan<byte> text, int row, Column column)
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

    private void ReadNumber(ref Utf8JsonReader reader, int row, Column column)
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

    private void ReadCategory(ref Utf8JsonReader reader, int row, Column column)
    {
        if (!reader.ValueIsEscaped)
        {
            SetCategory(reader.ValueSpan, row, column);
            return;
        }

        if (!JsonText.IsText(in reader))
        {
            _faults.Add(row, column.Name, column.Expected, "a string that is no valid Unicode text");
            return;
        }

        var length = reader.ValueSpan.Length;
        var text = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
        SetCategory(text[..reader.CopyString(text)], row, column);
    }
}
