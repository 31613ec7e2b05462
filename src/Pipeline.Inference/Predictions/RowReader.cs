using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Reads row objects into a <see cref="RowBuffer"/> and notes every fault. One per request.</summary>
internal sealed class RowReader(ColumnIndex columns, RowBuffer rows, FaultList faults)
{
    // Longer strings are read to the heap; categories are short.
    private const int StackCharacters = 256;

    private readonly int[] _seenInRow = NeverSeen(columns.Columns.Count);

    /// <summary>Reads one row; the reader stands on its opening brace and is left on the closing one.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        var row = rows.Count;
        rows.AddRow();
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
                faults.Add(row, column.Name, "the column once", "the column again");
                reader.Skip();
                continue;
            }

            _seenInRow[column.Index] = row;
            ReadValue(ref reader, row, column);
        }

        FillMissing(row);
    }

    private Column? Find(ref Utf8JsonReader reader, int row, int expectedIndex)
    {
        try
        {
            var column = columns.Find(ref reader, expectedIndex);
            if (column is null)
            {
                faults.Add(row, reader.GetString(), columns.KnownNames, "an unknown column");
            }

            return column;
        }
        catch (InvalidOperationException)
        {
            faults.Add(row, null, columns.KnownNames, "a name that is no valid Unicode text");
            return null;
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, int row, Column column)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null when column.AllowsMissing:
                rows.SetMissing(column);
                break;
            case JsonTokenType.Number when column.Kind == FeatureKind.Numeric:
                ReadNumber(ref reader, row, column);
                break;
            case JsonTokenType.String when column.Kind == FeatureKind.Categorical:
                ReadCategory(ref reader, row, column);
                break;
            default:
                faults.Add(row, column.Name, column.Expected, JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
                break;
        }
    }

    private void ReadNumber(ref Utf8JsonReader reader, int row, Column column)
    {
        if (reader.TryGetSingle(out var number) && float.IsFinite(number))
        {
            rows.SetNumber(column.Slot, number);
        }
        else
        {
            faults.Add(row, column.Name, "a number within ±3.4e38", System.Text.Encoding.ASCII.GetString(reader.ValueSpan));
        }
    }

    private void ReadCategory(ref Utf8JsonReader reader, int row, Column column)
    {
        try
        {
            var length = reader.ValueSpan.Length;
            var characters = length <= StackCharacters ? stackalloc char[StackCharacters] : new char[length];
            characters = characters[..reader.CopyString(characters)];
            if (characters is FeatureSchema.MissingCategory)
            {
                faults.Add(row, column.Name, column.Expected, "U+FFFF, which stands for a missing value");
                return;
            }

            rows.SetCategory(column.Slot, column.Intern(characters));
        }
        catch (InvalidOperationException)
        {
            faults.Add(row, column.Name, column.Expected, "a string that is no valid Unicode text");
        }
    }

    private void FillMissing(int row)
    {
        foreach (var column in columns.Columns)
        {
            if (_seenInRow[column.Index] == row)
            {
                continue;
            }

            if (column.AllowsMissing)
            {
                rows.SetMissing(column);
            }
            else
            {
                faults.Add(row, column.Name, column.Expected, "nothing");
            }
        }
    }

    private static int[] NeverSeen(int count)
    {
        var rowOfColumn = new int[count];
        Array.Fill(rowOfColumn, -1);
        return rowOfColumn;
    }
}
