using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Rows of two classes: <c>{"probability","label"}</c>.</summary>
internal sealed class BinaryRows(BinaryOutputs outputs) : PredictionRows
{
    private readonly byte[] _positive = LabelTail([], outputs.PositiveLabel);
    private readonly byte[] _negative = LabelTail([], outputs.NegativeLabel);

    private static ReadOnlySpan<byte> NumberName => "{\"probability\":"u8;

    public override int MaxLength => NumberName.Length + ShortestFloat.MaxLength + Math.Max(_positive.Length, _negative.Length);

    public override int Write(ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        var length = 0;
        foreach (var probability in predictions)
        {
            NumberName.CopyTo(destination[length..]);
            length += NumberName.Length;
            length += ShortestFloat.Write(probability, destination[length..]);
            var tail = outputs.IsPositive(probability) ? _positive : _negative;
            tail.CopyTo(destination[length..]);
            length += tail.Length;
        }

        return length;
    }
}
