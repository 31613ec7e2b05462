using System.Buffers;
using System.Buffers.Binary;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>
/// A Parquet file of the log: a row group a chunk, gzip. Just what the log needs of https://parquet.apache.org/docs/file-format, because the libraries that write it use
/// reflection, which code compiled ahead of time must do without.
/// </summary>
internal sealed class ParquetEncoder : IRecordEncoder
{
    private const int GzipCodec = 2;

    // The length is asked for after each row, and need not be exact.
    private const int RowsPerCount = 64;

    private readonly RecordLayout _layout;
    private readonly List<RowGroup> _groups = [];
    private readonly List<ParquetColumn> _columns;
    private readonly ParquetColumn _time;
    private readonly ParquetColumn _requestId;
    private readonly ParquetColumn _traceId;
    private readonly ParquetColumn _protocol;
    private readonly (ParquetColumn Column, string? Value)[] _model;
    private readonly ParquetColumn _row;
    private readonly ParquetColumn[] _features;
    private readonly ParquetColumn _numbers;
    private readonly ParquetColumn? _label;
    private RowGroup? _encoded;

    public ParquetEncoder(RecordLayout layout)
    {
        _layout = layout;
        _time = Own(RecordFields.Time, ColumnType.Timestamp);
        _requestId = Own(RecordFields.RequestId, ColumnType.Text);
        _traceId = Own(RecordFields.TraceId, ColumnType.Text, isOptional: true);
        _protocol = Own(RecordFields.Protocol, ColumnType.Text);
        _model =
        [
            (Own(RecordFields.Model, ColumnType.Text), layout.Name),
            (Own(RecordFields.Version, ColumnType.Text), layout.Version),
            (Own(RecordFields.Digest, ColumnType.Text), layout.Digest),
            (Own(RecordFields.Stage, ColumnType.Text, isOptional: true), layout.Stage),
        ];
        _row = Own(RecordFields.Row, ColumnType.Int32);
        _features = [.. layout.Features.Select(feature => new ParquetColumn(feature.Name, feature.Kind == FeatureKind.Numeric ? ColumnType.Float : ColumnType.Text, isOptional: true))];
        _numbers = new ParquetColumn(layout.Own(layout.Outputs.Tensor), ColumnType.Float, isOptional: false, layout.Outputs.IsMatrix ? layout.Outputs.Width : null);
        _label = layout.Outputs.Labels.Count > 0 ? Own(RecordFields.Label, ColumnType.Text) : null;
        _columns = [_time, _requestId, _traceId, _protocol, .. _model.Select(pair => pair.Column), _row, .. _features, _numbers, .. _label is null ? Array.Empty<ParquetColumn>() : [_label]];
    }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    public int PendingRows { get; private set; }

    public long PendingBytes { get; private set; }

    public int ChunkBytes => 1 << 22;

    public bool IsReadableWhileOpen => false;

    public void Add(PredictionRecord record, int row)
    {
        var scored = record.Scored;
        var prediction = scored.PredictionOf(row);
        _time.Add(record.Time);
        _requestId.Add(record.RequestId);
        _traceId.Add(record.TraceId);
        _protocol.Add(LabelNames.Protocols[(int)record.Protocol]);
        foreach (var (column, value) in _model)
        {
            column.Add(value);
        }

        _row.Add(row);
        AddFeatures(scored, row);
        foreach (var number in prediction)
        {
            _numbers.Add(number);
        }

        _label?.Add(_layout.Outputs.LabelOf(prediction));
        PendingRows++;
        if (PendingRows % RowsPerCount == 0)
        {
            PendingBytes = _columns.Sum(column => column.Length);
        }
    }

    public void Begin(IBufferWriter<byte> output) => output.Write(Magic);

    public void Encode(ArrayBufferWriter<byte> output, long offset)
    {
        var start = output.WrittenCount;
        var chunks = new List<ColumnChunk>();
        foreach (var column in _columns)
        {
            chunks.Add(column.Encode(output, offset + output.WrittenCount - start));
        }

        _encoded = new RowGroup(PendingRows, chunks);
    }

    public void Commit()
    {
        _groups.Add(_encoded!);
        _columns.ForEach(column => column.Clear());
        PendingRows = 0;
        PendingBytes = 0;
    }

    public void End(IBufferWriter<byte> output)
    {
        var footer = new ArrayBufferWriter<byte>();
        WriteFooter(new CompactWriter(footer));
        output.Write(footer.WrittenSpan);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), footer.WrittenCount);
        output.Advance(sizeof(int));
        output.Write(Magic);
    }

    private void WriteFooter(CompactWriter footer) => footer.Struct(() =>
    {
        footer.Int32(1, 1);
        footer.StructList(2, [Root, .. _columns.SelectMany(column => column.Schema)], element => WriteSchema(footer, element));
        footer.Int64(3, _groups.Sum(group => (long)group.RowCount));
        footer.StructList(4, _groups, group => WriteGroup(footer, group));
        footer.Text(6, "inference");
    });

    // The root, which stands for all columns, comes before them.
    private SchemaElement Root => new("prediction") { ChildCount = _columns.Count };

    private static void WriteSchema(CompactWriter footer, SchemaElement element)
    {
        if (element.PhysicalType is { } type)
        {
            footer.Int32(1, type);
        }

        if (element.Repetition is { } repetition)
        {
            footer.Int32(3, repetition);
        }

        footer.Text(4, element.Name);
        if (element.ChildCount is { } children)
        {
            footer.Int32(5, children);
        }

        if (element.ConvertedType is { } converted)
        {
            footer.Int32(6, converted);
        }
    }

    private static void WriteGroup(CompactWriter footer, RowGroup group)
    {
        footer.StructList(1, group.Chunks, chunk =>
        {
            footer.Int64(2, chunk.Offset);
            footer.Struct(3, () =>
            {
                footer.Int32(1, chunk.Column.PhysicalType);
                footer.Int32List(2, ParquetColumn.PlainEncoding, ParquetColumn.RunLengthEncoding);
                footer.TextList(3, chunk.Column.Path);
                footer.Int32(4, GzipCodec);
                footer.Int64(5, chunk.ValueCount);
                footer.Int64(6, chunk.UncompressedLength);
                footer.Int64(7, chunk.CompressedLength);
                footer.Int64(9, chunk.Offset);
            });
        });
        footer.Int64(2, group.Chunks.Sum(chunk => chunk.UncompressedLength));
        footer.Int64(3, group.RowCount);
    }

    private void AddFeatures(ScoredRows scored, int row)
    {
        var rows = scored.Rows;
        var numericCount = rows.Schema.Numeric.Count;
        for (var index = 0; index < _features.Length; index++)
        {
            var (_, kind, slot) = _layout.Features[index];
            if (kind == FeatureKind.Numeric)
            {
                _features[index].Add(rows.Numeric[(row * numericCount) + slot]);
            }
            else
            {
                _features[index].Add(RecordLayout.TextOf(scored, row, slot));
            }
        }
    }

    private ParquetColumn Own(string name, ColumnType type, bool isOptional = false) => new(_layout.Own(name), type, isOptional);
}
