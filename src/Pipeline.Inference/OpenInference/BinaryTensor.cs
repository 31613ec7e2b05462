using System.Buffers.Binary;
using System.Globalization;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>Reads a tensor's elements in binary form: little-endian numbers, or strings that each follow their length. The rows are there already.</summary>
internal static class BinaryTensor
{
    /// <summary>Whether so many bytes can hold the elements; asked before any memory is taken for rows.</summary>
    public static bool Fits(Datatype type, int rows, int size) =>
        type == Datatype.Bytes ? size >= (long)rows * sizeof(uint) : size == (long)rows * Datatypes.SizeOf(type);

    public static void Read(Exchange exchange, in BinaryInput input, int rows, ReadOnlySpan<byte> bytes)
    {
        if (input.Datatype == Datatype.Bytes)
        {
            ReadTexts(exchange, input.Column, rows, bytes);
        }
        else
        {
            ReadNumbers(exchange, input, rows, bytes);
        }
    }

    private static void ReadNumbers(Exchange exchange, in BinaryInput input, int rows, ReadOnlySpan<byte> bytes)
    {
        var (column, type) = (input.Column, input.Datatype);
        var size = Datatypes.SizeOf(type);
        for (var row = 0; row < rows; row++)
        {
            var element = bytes.Slice(row * size, size);
            var number = NumberOf(type, element);
            if (float.IsFinite(number))
            {
                exchange.Rows.SetNumber(row, column.Slot, number);
            }
            else if (float.IsNaN(number))
            {
                TensorCell.SetMissing(exchange, column, row, "NaN");
            }
            else
            {
                exchange.Faults.Add(row, column.Name, "a number within ±3.4e38", TextOf(type, element));
            }
        }
    }

    private static float NumberOf(Datatype type, ReadOnlySpan<byte> element) => type switch
    {
        Datatype.Fp32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        Datatype.Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        Datatype.Fp64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
        Datatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        Datatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        Datatype.Int8 => (sbyte)element[0],
        Datatype.Uint64 => Unsigned.ToSingle(BinaryPrimitives.ReadUInt64LittleEndian(element)),
        Datatype.Uint32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        Datatype.Uint16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        Datatype.Uint8 => element[0],

        // Any byte but 0 is true, as in C.
        Datatype.Bool => element[0] == 0 ? 0 : 1,
        Datatype.Fp16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        Datatype.Bf16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of numbers."),
    };

    private static string TextOf(Datatype type, ReadOnlySpan<byte> element) => type == Datatype.Fp64
        ? BinaryPrimitives.ReadDoubleLittleEndian(element).ToString(CultureInfo.InvariantCulture)
        : NumberOf(type, element).ToString(CultureInfo.InvariantCulture);

    private static void ReadTexts(Exchange exchange, Column column, int rows, ReadOnlySpan<byte> bytes)
    {
        var rest = bytes;
        for (var row = 0; row < rows; row++)
        {
            if (rest.Length < sizeof(uint))
            {
                exchange.Faults.Add(row, column.Name, "4 bytes of a string's length", $"{rest.Length}");
                return;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            rest = rest[sizeof(uint)..];
            if (length > (uint)rest.Length)
            {
                exchange.Faults.Add(row, column.Name, "a string that ends within the tensor", $"one of {length} bytes, {length - (uint)rest.Length} past the end");
                return;
            }

            TensorCell.SetCategory(exchange, column, row, rest[..(int)length]);
            rest = rest[(int)length..];
        }

        if (!rest.IsEmpty)
        {
            exchange.Faults.Add(null, column.Name, $"{rows} strings, as its shape says", $"{rest.Length} bytes more");
        }
    }
}
