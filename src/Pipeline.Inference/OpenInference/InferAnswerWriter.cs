using System.Buffers;
using System.Buffers.Binary;
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

    private readonly BinaryOutputs _outputs;
    private readonly byte[] _head;
    private readonly Label _positive;
    private readonly Label _negative;

    public InferAnswerWriter(PackagedModel package)
    {
        _outputs = (BinaryOutputs)package.Manifest.Outputs;
        _head = Encoding.UTF8.GetBytes($"{{\"model_name\":\"{JsonEncodedText.Encode(package.Manifest.Name, JavaScriptEncoder.Default)}\",\"model_version\":\"{package.Version}\",\"id\":\"");
        _positive = Label.Of(_outputs.PositiveLabel);
        _negative = Label.Of(_outputs.NegativeLabel);
    }

    /// <param name="state">What the request asked for.</param>
    /// <param name="probabilities">Finite numbers.</param>
    /// <param name="answer">Takes the answer's body.</param>
    /// <returns>The length of the JSON if binary tensors follow it, else null.</returns>
    public int? Write(InferState state, ReadOnlySpan<float> probabilities, IBufferWriter<byte> answer)
    {
        var isBinary = false;
        foreach (var output in state.Outputs)
        {
            isBinary |= output.IsBinary;
        }

        var destination = answer.GetSpan(MaxLength(state, probabilities.Length));
        var length = WriteJson(state, probabilities, destination);
        if (!isBinary)
        {
            answer.Advance(length);
            return null;
        }

        answer.Advance(length + WriteBinary(state, probabilities, destination[length..]));
        return length;
    }

    private int MaxLength(InferState state, int rows)
    {
        var labelLength = Math.Max(_positive.MaxLength, _negative.MaxLength);
        return checked(_head.Length + Math.Max(state.Id.Length, GeneratedId.Length) + MaxTensorsLength + (rows * (MaxNumberLength + labelLength)));
    }

    private int WriteJson(InferState state, ReadOnlySpan<float> probabilities, Span<byte> destination)
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
            text.Add(output.Tensor == OutputTensor.Probability ? "{\"name\":\"probability\",\"shape\":["u8 : "{\"name\":\"label\",\"shape\":["u8);
            text.Add(probabilities.Length);
            text.Add(output.Tensor == OutputTensor.Probability ? "],\"datatype\":\"FP32\","u8 : "],\"datatype\":\"BYTES\","u8);
            WriteElements(output, probabilities, ref text);
        }

        // The closing bracket takes the last comma's place.
        text.Replace((byte)']');
        text.Add("}"u8);
        return text.Length;
    }

    private void WriteElements(RequestedOutput output, ReadOnlySpan<float> probabilities, ref AnswerText text)
    {
        if (output.IsBinary)
        {
            text.Add("\"parameters\":{\"binary_data_size\":"u8);
            text.Add(BinarySize(output.Tensor, probabilities));
            text.Add("}},"u8);
            return;
        }

        text.Add("\"data\":["u8);
        if (output.Tensor == OutputTensor.Probability)
        {
            foreach (var probability in probabilities)
            {
                text.Add(probability);
                text.Add(","u8);
            }
        }
        else
        {
            foreach (var probability in probabilities)
            {
                text.Add(LabelOf(probability).Json);
            }
        }

        text.Replace((byte)']');
        text.Add("},"u8);
    }

    private int WriteBinary(InferState state, ReadOnlySpan<float> probabilities, Span<byte> destination)
    {
        var length = 0;
        foreach (var output in state.Outputs)
        {
            if (output is { IsBinary: true, Tensor: OutputTensor.Probability })
            {
                foreach (var probability in probabilities)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(destination[length..], probability);
                    length += sizeof(float);
                }
            }
            else if (output.IsBinary)
            {
                foreach (var probability in probabilities)
                {
                    var label = LabelOf(probability).Binary;
                    label.CopyTo(destination[length..]);
                    length += label.Length;
                }
            }
        }

        return length;
    }

    private int BinarySize(OutputTensor tensor, ReadOnlySpan<float> probabilities)
    {
        if (tensor == OutputTensor.Probability)
        {
            return probabilities.Length * sizeof(float);
        }

        var size = 0;
        foreach (var probability in probabilities)
        {
            size += LabelOf(probability).Binary.Length;
        }

        return size;
    }

    private Label LabelOf(float probability) => _outputs.IsPositive(probability) ? _positive : _negative;

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
