using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>Writes answers to inference requests. All but numbers and ids is encoded once a model. Thread-safe.</summary>
internal sealed class InferAnswerWriter
{
    // The longest float is -1.2345678E-38, and a comma.
    private const int MaxNumberLength = 17;

    // Room for all fixed parts of an answer's tensors.
    private const int MaxTensorsLength = 512;

    private readonly ModelOutputs _outputs;

    // Null of another model. The label of a probability is then found without a call that cannot be inlined.
    private readonly BinaryOutputs? _binary;
    private readonly int _width;
    private readonly byte[] _head;
    private readonly byte[] _numbersHead;
    private readonly byte[] _numbersShape;
    private readonly Label[] _labels;
    private readonly int _maxLabelLength;

    public InferAnswerWriter(PackagedModel package)
    {
        _outputs = package.Manifest.Outputs;
        _binary = _outputs as BinaryOutputs;
        _width = _outputs.Width;
        _head = Encoding.UTF8.GetBytes($"{{\"model_name\":\"{JsonEncodedText.Encode(package.Manifest.Name, JavaScriptEncoder.Default)}\",\"model_version\":\"{package.Version}\",\"id\":\"");
        _numbersHead = Encoding.UTF8.GetBytes($"{{\"name\":\"{_outputs.Tensor}\",\"shape\":[");
        _numbersShape = Encoding.UTF8.GetBytes((_outputs.IsMatrix ? string.Create(CultureInfo.InvariantCulture, $",{_width}") : string.Empty) + "],\"datatype\":\"FP32\",");
        _labels = [.. _outputs.Labels.Select(Label.Of)];
        _maxLabelLength = _labels.Select(label => label.MaxLength).DefaultIfEmpty().Max();
    }

    /// <param name="state">What the request asked for.</param>
    /// <param name="predictions">Finite numbers, as many a row as the model answers.</param>
    /// <param name="answer">Takes the answer's body.</param>
    /// <returns>The length of the JSON if binary tensors follow it, else null.</returns>
    public int? Write(InferState state, ReadOnlySpan<float> predictions, IBufferWriter<byte> answer)
    {
        var isBinary = false;
        foreach (var output in state.Outputs)
        {
            isBinary |= output.IsBinary;
        }

        var destination = answer.GetSpan(MaxLength(state, predictions.Length / _width));
        var length = WriteJson(state, predictions, destination);
        if (!isBinary)
        {
            answer.Advance(length);
            return null;
        }

        answer.Advance(length + WriteBinary(state, predictions, destination[length..]));
        return length;
    }

    private int MaxLength(InferState state, int rows) =>
        checked(_head.Length + Math.Max(state.Id.Length, GeneratedId.Length) + MaxTensorsLength + (rows * ((_width * MaxNumberLength) + _maxLabelLength)));

    private int WriteJson(InferState state, ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        var text = new AnswerText(destination);
        text.Add(_head);
        if (state.HasId)
        {
            text.Add(state.Id);
        }
        else
        {
            Span<byte> id = stackalloc byte[GeneratedId.Length];
            GeneratedId.Write(id);
            text.Add(id);
        }

        text.Add("\",\"outputs\":["u8);
        foreach (var output in state.Outputs)
        {
            text.Add(output.Tensor == OutputTensor.Numbers ? _numbersHead : "{\"name\":\"label\",\"shape\":["u8);
            text.Add(predictions.Length / _width);
            text.Add(output.Tensor == OutputTensor.Numbers ? _numbersShape : "],\"datatype\":\"BYTES\","u8);
            WriteElements(output, predictions, ref text);
        }

        // The closing bracket takes the last comma's place.
        text.Replace((byte)']');
        text.Add("}"u8);
        return text.Length;
    }

    private void WriteElements(RequestedOutput output, ReadOnlySpan<float> predictions, ref AnswerText text)
    {
        if (output.IsBinary)
        {
            text.Add("\"parameters\":{\"binary_data_size\":"u8);
            text.Add(BinarySize(output.Tensor, predictions));
            text.Add("}},"u8);
            return;
        }

        text.Add("\"data\":["u8);
        if (output.Tensor == OutputTensor.Numbers)
        {
            foreach (var number in predictions)
            {
                text.Add(number);
                text.Add(","u8);
            }
        }
        else
        {
            for (var start = 0; start < predictions.Length; start += _width)
            {
                text.Add(LabelOf(predictions, start).Json);
            }
        }

        text.Replace((byte)']');
        text.Add("},"u8);
    }

    private int WriteBinary(InferState state, ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        var length = 0;
        foreach (var output in state.Outputs)
        {
            if (output is { IsBinary: true, Tensor: OutputTensor.Numbers })
            {
                foreach (var number in predictions)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(destination[length..], number);
                    length += sizeof(float);
                }
            }
            else if (output.IsBinary)
            {
                for (var start = 0; start < predictions.Length; start += _width)
                {
                    var label = LabelOf(predictions, start).Binary;
                    label.CopyTo(destination[length..]);
                    length += label.Length;
                }
            }
        }

        return length;
    }

    private int BinarySize(OutputTensor tensor, ReadOnlySpan<float> predictions)
    {
        if (tensor == OutputTensor.Numbers)
        {
            return predictions.Length * sizeof(float);
        }

        var size = 0;
        for (var start = 0; start < predictions.Length; start += _width)
        {
            size += LabelOf(predictions, start).Binary.Length;
        }

        return size;
    }

    private Label LabelOf(ReadOnlySpan<float> predictions, int start) => _binary is not null
        ? _labels[_binary.IsPositive(predictions[start]) ? 0 : 1]
        : _labels[_outputs.LabelIndexOf(predictions.Slice(start, _width))];

    // A label in both forms: as a JSON string with a comma, and as an element of a binary tensor.
    private sealed record Label(byte[] Json, byte[] Binary)
    {
        public int MaxLength => Math.Max(Json.Length, Binary.Length);

        public static Label Of(string text)
        {
            var binary = new byte[sizeof(uint) + Encoding.UTF8.GetByteCount(text)];
            BinaryPrimitives.WriteUInt32LittleEndian(binary, (uint)(binary.Length - sizeof(uint)));
            Encoding.UTF8.GetBytes(text, binary.AsSpan(sizeof(uint)));
            return new Label([.. "\""u8, .. JsonEncodedText.Encode(text, JavaScriptEncoder.Default).EncodedUtf8Bytes, .. "\","u8], binary);
        }
    }
}
