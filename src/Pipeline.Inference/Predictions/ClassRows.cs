using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Rows of several classes: <c>{"probabilities":[…],"label"}</c>, the probabilities in the order of the model's classes.</summary>
internal sealed class ClassRows(MulticlassOutputs outputs) : PredictionRows
{
    private readonly byte[][] _tails = [.. outputs.Classes.Select(label => LabelTail("]"u8, label))];

    private static ReadOnlySpan<byte> NumbersName => "{\"probabilities\":["u8;

    public override int MaxLength => NumbersName.Length + (outputs.Width * (ShortestFloat.MaxLength + 1)) + _tails.Max(tail => tail.Length);

    public override int Write(ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        var (length, width) = (0, outputs.Width);
        for (; !predictions.IsEmpty; predictions = predictions[width..])
        {
            NumbersName.CopyTo(destination[length..]);
            length += NumbersName.Length;
            foreach (var probability in predictions[..width])
            {
                length += ShortestFloat.Write(probability, destination[length..]);
                destination[length++] = (byte)',';
            }

            // The tail's bracket takes the last comma's place.
            var tail = _tails[outputs.LabelIndexOf(predictions[..width])];
            tail.CopyTo(destination[--length..]);
            length += tail.Length;
        }

        return length;
    }
}
