using System.Buffers;
using System.Text;

namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>Writes Thrift's compact protocol, which Parquet's headers and footers are in: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.</summary>
internal sealed class CompactWriter(IBufferWriter<byte> output)
{
    private const int Int32Type = 5;
    private const int Int64Type = 6;
    private const int BinaryType = 8;
    private const int ListType = 9;
    private const int StructType = 12;

    private readonly Stack<int> _outer = [];
    private int _lastField;

    public void Int32(int field, int value)
    {
        Field(field, Int32Type);
        ZigZag(value);
    }

    public void Int64(int field, long value)
    {
        Field(field, Int64Type);
        ZigZag(value);
    }

    public void Text(int field, string value)
    {
        Field(field, BinaryType);
        Text(value);
    }

    public void Struct(int field, Action content)
    {
        Field(field, StructType);
        Struct(content);
    }

    public void Int32List(int field, params IReadOnlyList<int> values)
    {
        List(field, Int32Type, values.Count);
        foreach (var value in values)
        {
            ZigZag(value);
        }
    }

    public void TextList(int field, params IReadOnlyList<string> values)
    {
        List(field, BinaryType, values.Count);
        foreach (var value in values)
        {
            Text(value);
        }
    }

    public void StructList<T>(int field, IReadOnlyList<T> items, Action<T> content)
    {
        List(field, StructType, items.Count);
        foreach (var item in items)
        {
            Struct(() => content(item));
        }
    }

    /// <summary>A structure that no field announces: the outermost, or an element of a list.</summary>
    public void Struct(Action content)
    {
        _outer.Push(_lastField);
        _lastField = 0;
        content();
        Byte(0);
        _lastField = _outer.Pop();
    }

    private void List(int field, int type, int count)
    {
        Field(field, ListType);
        if (count < 15)
        {
            Byte((count << 4) | type);
        }
        else
        {
            Byte(0xF0 | type);
            Variable((ulong)count);
        }
    }

    // Parquet's fields rise by less than 16, so that the long form is never needed.
    private void Field(int field, int type)
    {
        Byte(((field - _lastField) << 4) | type);
        _lastField = field;
    }

    private void Text(string value)
    {
        Variable((ulong)Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, output);
    }

    private void ZigZag(long value) => Variable((ulong)((value << 1) ^ (value >> 63)));

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((int)(value & 0x7F) | 0x80);
        }

        Byte((int)value);
    }

    private void Byte(int value)
    {
        output.GetSpan(1)[0] = (byte)value;
        output.Advance(1);
    }
}
