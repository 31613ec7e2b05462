using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>A column's values of one row group: plain values, compressed as one page, with a bit a row where values may be missing.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">Of its values.</param>
/// <param name="isOptional">Whether values may be missing.</param>
/// <param name="listLength">Values a row, if the column is one of lists; they miss nothing. Each is then to be added by itself.</param>
internal sealed class ParquetColumn(string name, ColumnType type, bool isOptional, int? listLength = null)
{
    public const int PlainEncoding = 0;
    public const int RunLengthEncoding = 3;
    private const int DataPage = 0;
    private const int ListType = 3;

    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly ArrayBufferWriter<byte> _present = new();
    private int _count;

    public bool IsOptional { get; } = isOptional;

    /// <summary>Names from the root to the values.</summary>
    public IReadOnlyList<string> Path => [.. Schema.Select(element => element.Name)];

    /// <summary>The column in the footer: itself, or in the standard's three levels a list, what is repeated, and its element.</summary>
    public IReadOnlyList<SchemaElement> Schema => listLength is null
        ? [new SchemaElement(name) { PhysicalType = PhysicalType, Repetition = IsOptional ? SchemaElement.Optional : SchemaElement.Required, ConvertedType = ConvertedType }]
        : [
            new SchemaElement(name) { Repetition = SchemaElement.Required, ChildCount = 1, ConvertedType = ListType },
            new SchemaElement("list") { Repetition = SchemaElement.Repeated, ChildCount = 1 },
            new SchemaElement("element") { PhysicalType = PhysicalType, Repetition = SchemaElement.Required, ConvertedType = ConvertedType },
        ];

    /// <summary>The number of the type in Parquet's format.</summary>
    public int PhysicalType => type switch
    {
        ColumnType.Int32 => 1,
        ColumnType.Timestamp => 2,
        ColumnType.Float => 4,
        _ => 6,
    };

    /// <summary>The number of what the type stands for (UTF-8, microseconds UTC), if it isn't itself.</summary>
    public int? ConvertedType => type switch
    {
        ColumnType.Text => 0,
        ColumnType.Timestamp => 10,
        _ => null,
    };

    public long Length => _values.WrittenCount;

    public void Add(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);
    }

    public void Add(DateTime time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>NaN is missing.</summary>
    public void Add(float value)
    {
        if (IsOptional && float.IsNaN(value))
        {
            AddMissing();
        }
        else
        {
            BinaryPrimitives.WriteSingleLittleEndian(Take(sizeof(float)), value);
        }
    }

    /// <summary>Null is missing.</summary>
    public void Add(string? value)
    {
        if (value is null)
        {
            AddMissing();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        var destination = Take(sizeof(int) + length);
        BinaryPrimitives.WriteInt32LittleEndian(destination, length);
        Encoding.UTF8.GetBytes(value, destination[sizeof(int)..]);
    }

    /// <summary>Gives the page.</summary>
    /// <param name="output">Takes header and values.</param>
    /// <param name="offset">Where in the file they will be.</param>
    public ColumnChunk Encode(ArrayBufferWriter<byte> output, long offset)
    {
        using var body = new MemoryStream();
        int plainLength;
        using (var gzip = new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            plainLength = listLength is { } length ? WriteLevels(gzip, length) : IsOptional ? WritePresence(gzip) : 0;
            gzip.Write(_values.WrittenSpan);
            plainLength += _values.WrittenCount;
        }

        var start = output.WrittenCount;
        WriteHeader(new CompactWriter(output), plainLength, (int)body.Length);
        var headerLength = output.WrittenCount - start;
        output.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
        return new ColumnChunk(this, _count, offset, headerLength + plainLength, headerLength + body.Length);
    }

    public void Clear()
    {
        _values.ResetWrittenCount();
        _present.ResetWrittenCount();
        _count = 0;
    }

    private void WriteHeader(CompactWriter header, int plainLength, int compressedLength) => header.Struct(() =>
    {
        header.Int32(1, DataPage);
        header.Int32(2, plainLength);
        header.Int32(3, compressedLength);
        header.Struct(5, () =>
        {
            header.Int32(1, _count);
            header.Int32(2, PlainEncoding);
            header.Int32(3, RunLengthEncoding);
            header.Int32(4, RunLengthEncoding);
        });
    });

    private int WriteLevels(GZipStream output, int length)
    {
        var (repetition, definition) = (ListLevels.Repetition(_count, length), ListLevels.Definition(_count));
        output.Write(repetition);
        output.Write(definition);
        return repetition.Length + definition.Length;
    }

    // A length, then one bit-packed run: its header (groups of eight, times two, plus one) and a bit a row.
    private int WritePresence(GZipStream output)
    {
        var groups = (_count + 7) / 8;
        Span<byte> runHeader = stackalloc byte[5];
        var headerLength = 0;
        var rest = ((uint)groups << 1) | 1;
        for (; rest >= 0x80; rest >>= 7)
        {
            runHeader[headerLength++] = (byte)(rest | 0x80);
        }

        runHeader[headerLength++] = (byte)rest;
        var bits = new byte[sizeof(int) + headerLength + groups];
        BinaryPrimitives.WriteInt32LittleEndian(bits, headerLength + groups);
        runHeader[..headerLength].CopyTo(bits.AsSpan(sizeof(int)));
        for (var row = 0; row < _count; row++)
        {
            bits[sizeof(int) + headerLength + (row >> 3)] |= (byte)(_present.WrittenSpan[row] << (row & 7));
        }

        output.Write(bits);
        return bits.Length;
    }

    private Span<byte> Take(int length)
    {
        Note(present: 1);
        var span = _values.GetSpan(length)[..length];
        _values.Advance(length);
        return span;
    }

    private void AddMissing() => Note(present: 0);

    private void Note(byte present)
    {
        _present.GetSpan(1)[0] = present;
        _present.Advance(1);
        _count++;
    }
}
