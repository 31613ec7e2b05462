using System.Buffers.Binary;
using System.Text;

namespace Pipeline.ModelPackage.Tests;

/// <summary>As much of protobuf's wire format as a small ONNX graph needs.</summary>
internal sealed class ProtobufWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtobufWriter Number(int field, long value)
    {
        WriteVarint((ulong)field << 3);
        WriteVarint((ulong)value);
        return this;
    }

    public ProtobufWriter Float(int field, float value)
    {
        WriteVarint(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, ProtobufWriter value) => Bytes(field, value.ToArray());

    public ProtobufWriter Each<T>(IEnumerable<T> values, Action<ProtobufWriter, T> write)
    {
        foreach (var value in values)
        {
            write(this, value);
        }

        return this;
    }

    private ProtobufWriter Bytes(int field, byte[] value)
    {
        WriteVarint(((ulong)field << 3) | 2);
        WriteVarint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void WriteVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
