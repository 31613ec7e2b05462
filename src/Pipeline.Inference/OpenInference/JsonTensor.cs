using System.Text;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>Reads a tensor's elements from JSON: flat, or each in an array of its own. The rows are there already.</summary>
internal static class JsonTensor
{
    // Longer strings are read to the heap; categories are short.
    private const int StackBytes = 256;

    /// <param name="exchange">Takes the values and the faults.</param>
    /// <param name="reader">On the array's beginning; left on its end.</param>
    /// <param name="column">The column.</param>
    /// <param name="type">What the elements are said to be; one that the column takes.</param>
    /// <param name="rows">How many there must be.</param>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static void Read(Exchange exchange, ref Utf8JsonReader reader, Column column, Datatype type, int rows)
    {
        var depth = reader.CurrentDepth;
        var row = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (row == rows)
            {
                exchange.Faults.Add(null, column.Name, $"{rows} elements, as its shape says", "more");
                SkipTo(depth, ref reader);
                return;
            }

            if (reader.TokenType == JsonTokenType.StartArray)
            {
                ReadNested(exchange, ref reader, column, type, row);
            }
            else
            {
                ReadElement(exchange, ref reader, column, type, row);
            }

            row++;
        }

        if (row < rows)
        {
            exchange.Faults.Add(null, column.Name, $"{rows} elements, as its shape says", $"{row}");
        }
    }

    private static void ReadNested(Exchange exchange, ref Utf8JsonReader reader, Column column, Datatype type, int row)
    {
        var depth = reader.CurrentDepth;
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count++ == 0)
            {
                ReadElement(exchange, ref reader, column, type, row);
            }
            else
            {
                exchange.Faults.Add(row, column.Name, "one element a row", "several");
                SkipTo(depth, ref reader);
            }

            if (reader.CurrentDepth == depth && reader.TokenType == JsonTokenType.EndArray)
            {
                return;
            }
        }

        if (count == 0)
        {
            exchange.Faults.Add(row, column.Name, "one element a row", "an empty array");
        }
    }

    private static void ReadElement(Exchange exchange, ref Utf8JsonReader reader, Column column, Datatype type, int row)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when column.Kind == FeatureKind.Numeric && TryReadNumber(ref reader, type, out var number):
                exchange.Rows.SetNumber(row, column.Slot, number);
                break;
            case JsonTokenType.String when column.Kind == FeatureKind.Categorical:
                ReadText(exchange, ref reader, column, row);
                break;
            case JsonTokenType.Null when column.AllowsMissing:
                column.SetMissing(exchange.Rows, row);
                break;
            case JsonTokenType.True or JsonTokenType.False when type == Datatype.Bool:
                exchange.Rows.SetNumber(row, column.Slot, reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
            default:
                exchange.Faults.Add(row, column.Name, ExpectedOf(column, type, reader.TokenType), GotOf(ref reader));
                reader.Skip();
                break;
        }
    }

    // Floats of both kinds straight from their text, as in the native dialect: there is one rounding.
    private static bool TryReadNumber(ref Utf8JsonReader reader, Datatype type, out float number)
    {
        switch (type)
        {
            case Datatype.Fp32 or Datatype.Fp64:
                return reader.TryGetSingle(out number) && float.IsFinite(number);
            case Datatype.Uint64 when reader.TryGetUInt64(out var value):
                number = Unsigned.ToSingle(value);
                return true;
            case Datatype.Int64 or Datatype.Int32 or Datatype.Int16 or Datatype.Int8 or Datatype.Uint32 or Datatype.Uint16 or Datatype.Uint8
                when reader.TryGetInt64(out var value) && IsWithin(type, value):
                number = value;
                return true;
            default:
                number = 0;
                return false;
        }
    }

    private static bool IsWithin(Datatype type, long value) => type switch
    {
        Datatype.Int32 => value == (int)value,
        Datatype.Int16 => value == (short)value,
        Datatype.Int8 => value == (sbyte)value,
        Datatype.Uint32 => value == (uint)value,
        Datatype.Uint16 => value == (ushort)value,
        Datatype.Uint8 => value == (byte)value,
        _ => true,
    };

    private static void ReadText(Exchange exchange, ref Utf8JsonReader reader, Column column, int row)
    {
        if (!reader.ValueIsEscaped)
        {
            TensorCell.SetCategory(exchange, column, row, reader.ValueSpan);
            return;
        }

        try
        {
            var length = reader.ValueSpan.Length;
            var text = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
            TensorCell.SetCategory(exchange, column, row, text[..reader.CopyString(text)]);
        }
        catch (InvalidOperationException)
        {
            exchange.Faults.Add(row, column.Name, column.Expected, "a string that is no valid Unicode text");
        }
    }

    private static string ExpectedOf(Column column, Datatype type, JsonTokenType token) => type switch
    {
        Datatype.Bytes => column.Expected,
        Datatype.Bool => column.AllowsMissing ? "a boolean or null" : "a boolean",
        Datatype.Fp32 or Datatype.Fp64 => token == JsonTokenType.Number ? "a number within ±3.4e38" : column.Expected,
        _ => $"an integer of {Datatypes.NameOf(type)}{(column.AllowsMissing ? " or null" : string.Empty)}",
    };

    private static string GotOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? Encoding.ASCII.GetString(reader.ValueSpan) : JsonKinds.NameOf(reader.TokenType);

    // To the end of the array that begins at a depth.
    private static void SkipTo(int depth, ref Utf8JsonReader reader)
    {
        while (reader.CurrentDepth > depth && reader.Read())
        {
        }
    }
}
