using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>
/// Writes the rows of an answer as JSON objects, in the form of one task. It is called once an answer, so that the loop over its rows is the task's own. Thread-safe.
/// </summary>
internal abstract class PredictionRows
{
    /// <summary>Bytes of the longest row, its comma among them.</summary>
    public abstract int MaxLength { get; }

    public static PredictionRows Of(ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs binary => new BinaryRows(binary),
        MulticlassOutputs classes => new ClassRows(classes),
        RegressionOutputs => new NumberRows(),
        _ => throw new InvalidDataException($"There is no form of answers for the task '{outputs.Task}'."),
    };

    /// <param name="predictions">Finite numbers, as many a row as the model answers.</param>
    /// <param name="destination">Takes the rows, each with a comma behind it.</param>
    /// <returns>How many bytes they took.</returns>
    public abstract int Write(ReadOnlySpan<float> predictions, Span<byte> destination);

    /// <summary>The rest of a row once its numbers are written.</summary>
    private protected static byte[] LabelTail(ReadOnlySpan<byte> end, string label) => [.. end, .. ",\"label\":\""u8, .. JsonEncodedText.Encode(label, JavaScriptEncoder.Default).EncodedUtf8Bytes, .. "\"},"u8];
}
