using System.Buffers;
using System.Text.Json;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.PredictionLog;

/// <summary>One JSON object a line and row. Names and what is the same in all rows is encoded once.</summary>
internal sealed class JsonLinesEncoder : IRecordEncoder, IDisposable
{
    private readonly RecordLayout _layout;
    private readonly ArrayBufferWriter<byte> _pending = new(1 << 16);
    private readonly Utf8JsonWriter _json;
    private readonly JsonEncodedText _time;
    private readonly JsonEncodedText _requestId;
    private readonly JsonEncodedText _traceId;
    private readonly JsonEncodedText _protocol;
    private readonly (JsonEncodedText Name, JsonEncodedText? Value)[] _model;
    private readonly JsonEncodedText _row;
    private readonly JsonEncodedText[] _features;
    private readonly JsonEncodedText _numbers;
    private readonly JsonEncodedText? _label;

    public JsonLinesEncoder(RecordLayout layout)
    {
        _layout = layout;
        _json = new Utf8JsonWriter(_pending, new JsonWriterOptions { SkipValidation = true });
        _time = Own(RecordFields.Time);
        _requestId = Own(RecordFields.RequestId);
        _traceId = Own(RecordFields.TraceId);
        _protocol = Own(RecordFields.Protocol);
        _model =
        [
            (Own(RecordFields.Model), JsonEncodedText.Encode(layout.Name)),
            (Own(RecordFields.Version), JsonEncodedText.Encode(layout.Version)),
            (Own(RecordFields.Digest), JsonEncodedText.Encode(layout.Digest)),
            (Own(RecordFields.Stage), layout.Stage is null ? null : JsonEncodedText.Encode(layout.Stage)),
        ];
        _row = Own(RecordFields.Row);
        _features = [.. layout.Features.Select(feature => JsonEncodedText.Encode(feature.Name))];
        _numbers = Own(layout.Outputs.Tensor);
        _label = layout.Outputs.Labels.Count > 0 ? Own(RecordFields.Label) : null;
    }

    public int PendingRows { get; private set; }

    public long PendingBytes => _pending.WrittenCount;

    public int ChunkBytes => 1 << 18;

    public bool IsReadableWhileOpen => true;

    public void Add(PredictionRecord record, int row)
    {
        var scored = record.Scored;
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString(_time, record.Time);
        _json.WriteString(_requestId, record.RequestId);
        _json.WriteString(_traceId, record.TraceId);
        _json.WriteString(_protocol, LabelNames.Protocols[(int)record.Protocol]);
        WriteModel();
        _json.WriteNumber(_row, row);
        WriteFeatures(scored, row);
        WritePrediction(scored.PredictionOf(row));
        _json.WriteEndObject();
        _json.Flush();
        _pending.Write("\n"u8);
        PendingRows++;
    }

    public void Begin(IBufferWriter<byte> output)
    {
    }

    public void Encode(ArrayBufferWriter<byte> output, long offset) => output.Write(_pending.WrittenSpan);

    public void Commit()
    {
        _pending.ResetWrittenCount();
        PendingRows = 0;
    }

    public void End(IBufferWriter<byte> output)
    {
    }

    public void Dispose() => _json.Dispose();

    private JsonEncodedText Own(string name) => JsonEncodedText.Encode(_layout.Own(name));

    private void WriteModel()
    {
        foreach (var (name, value) in _model)
        {
            if (value is { } text)
            {
                _json.WriteString(name, text);
            }
            else
            {
                _json.WriteNull(name);
            }
        }
    }

    private void WritePrediction(ReadOnlySpan<float> prediction)
    {
        if (_layout.Outputs.IsMatrix)
        {
            _json.WriteStartArray(_numbers);
            foreach (var number in prediction)
            {
                _json.WriteNumberValue(number);
            }

            _json.WriteEndArray();
        }
        else
        {
            _json.WriteNumber(_numbers, prediction[0]);
        }

        if (_label is { } label)
        {
            _json.WriteString(label, _layout.Outputs.LabelOf(prediction));
        }
    }

    private void WriteFeatures(ScoredRows scored, int row)
    {
        var rows = scored.Rows;
        var numericCount = rows.Schema.Numeric.Count;
        for (var index = 0; index < _features.Length; index++)
        {
            var (_, kind, slot) = _layout.Features[index];
            if (kind == FeatureKind.Categorical)
            {
                _json.WriteString(_features[index], RecordLayout.TextOf(scored, row, slot));
            }
            else if (rows.Numeric[(row * numericCount) + slot] is var number && float.IsFinite(number))
            {
                _json.WriteNumber(_features[index], number);
            }
            else
            {
                _json.WriteNull(_features[index]);
            }
        }
    }
}
