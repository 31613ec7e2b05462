using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>
/// Writes the answer of POST /v1/predict: <c>{"model":{"name","version","digest"},"predictions":[{"probability","label"}, …]}</c>. All but the numbers is encoded once a
/// model. Thread-safe.
/// </summary>
public sealed class PredictionWriter
{
    private static ReadOnlySpan<byte> NumberName => "{\"probability\":"u8;

    private readonly BinaryOutputs _outputs;
    private readonly byte[] _head;
    private readonly byte[] _positive;
    private readonly byte[] _negative;

    public PredictionWriter(PackagedModel package)
        : this(package, [.. "{\"model\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(new ModelIdentity(package.Manifest.Name, package.Version, package.Digest.ToString()), PredictionJson.Default.ModelIdentity), .. ",\"predictions\":["u8])
    {
    }

    private PredictionWriter(PackagedModel package, byte[] head)
    {
        _outputs = (BinaryOutputs)package.Manifest.Outputs;
        _head = head;
        _positive = LabelTail(_outputs.PositiveLabel);
        _negative = LabelTail(_outputs.NegativeLabel);
    }

    /// <summary>Writes the same without <c>model</c>.</summary>
    public static PredictionWriter WithoutModel(PackagedModel package) => new(package, [.. "{\"predictions\":["u8]);

    /// <param name="probabilities">Finite numbers.</param>
    /// <param name="answer">Takes the answer's body.</param>
    public void Write(ReadOnlySpan<float> probabilities, IBufferWriter<byte> answer)
    {
        var destination = answer.GetSpan(MaxLength(probabilities.Length));
        answer.Advance(Write(probabilities, destination));
    }

    private int MaxLength(int rowCount) =>
        checked(_head.Length + (rowCount * (NumberName.Length + ShortestFloat.MaxLength + Math.Max(_positive.Length, _negative.Length) + 1)) + 2);

    private int Write(ReadOnlySpan<float> probabilities, Span<byte> destination)
    {
        _head.CopyTo(destination);
        var length = _head.Length;
        foreach (var probability in probabilities)
        {
            NumberName.CopyTo(destination[length..]);
            length += NumberName.Length;
            length += ShortestFloat.Write(probability, destination[length..]);
            var tail = _outputs.IsPositive(probability) ? _positive : _negative;
            tail.CopyTo(destination[length..]);
            length += tail.Length;
            destination[length++] = (byte)',';
        }

        // The closing bracket takes the last comma's place.
        length -= probabilities.IsEmpty ? 0 : 1;
        "]}"u8.CopyTo(destination[length..]);
        return length + 2;
    }

    private static byte[] LabelTail(string label) => [.. ",\"label\":\""u8, .. JsonEncodedText.Encode(label, JavaScriptEncoder.Default).EncodedUtf8Bytes, .. "\"}"u8];
}
