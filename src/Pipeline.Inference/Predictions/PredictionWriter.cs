using System.Buffers;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>
/// Writes the answer of POST /v1/predict: <c>{"model":{"name","version","digest"},"predictions":[…]}</c>, with an object for each row: of two classes <c>{"probability","label"}</c>, of several
/// <c>{"probabilities":[…],"label"}</c>, of a number <c>{"prediction"}</c>. All but the numbers is encoded once a model. Thread-safe.
/// </summary>
public sealed class PredictionWriter
{
    private readonly byte[] _head;
    private readonly PredictionRows _rows;
    private readonly int _width;

    public PredictionWriter(PackagedModel package)
        : this(package, [.. "{\"model\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(new ModelIdentity(package.Manifest.Name, package.Version, package.Digest.ToString()), PredictionJson.Default.ModelIdentity), .. ",\"predictions\":["u8])
    {
    }

    private PredictionWriter(PackagedModel package, byte[] head)
    {
        _head = head;
        _rows = PredictionRows.Of(package.Manifest.Outputs);
        _width = package.Manifest.Outputs.Width;
    }

    /// <summary>Writes the same without <c>model</c>.</summary>
    public static PredictionWriter WithoutModel(PackagedModel package) => new(package, [.. "{\"predictions\":["u8]);

    /// <param name="predictions">Finite numbers, as many a row as the model answers.</param>
    /// <param name="answer">Takes the answer's body.</param>
    public void Write(ReadOnlySpan<float> predictions, IBufferWriter<byte> answer)
    {
        var destination = answer.GetSpan(MaxLength(predictions.Length / _width));
        answer.Advance(Write(predictions, destination));
    }

    private int MaxLength(int rowCount) => checked(_head.Length + (rowCount * _rows.MaxLength) + 2);

    private int Write(ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        _head.CopyTo(destination);
        var length = _head.Length + _rows.Write(predictions, destination[_head.Length..]);

        // The closing bracket takes the last comma's place.
        length -= predictions.IsEmpty ? 0 : 1;
        "]}"u8.CopyTo(destination[length..]);
        return length + 2;
    }
}
