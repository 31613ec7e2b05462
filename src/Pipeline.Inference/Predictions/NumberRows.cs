using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Predictions;

/// <summary>Rows of a number: <c>{"prediction"}</c>.</summary>
internal sealed class NumberRows : PredictionRows
{
    private static ReadOnlySpan<byte> NumberName => "{\"prediction\":"u8;

    private static ReadOnlySpan<byte> Tail => "},"u8;

    public override int MaxLength => NumberName.Length + ShortestFloat.MaxLength + Tail.Length;

    public override int Write(ReadOnlySpan<float> predictions, Span<byte> destination)
    {
        var length = 0;
        foreach (var number in predictions)
        {
            NumberName.CopyTo(destination[length..]);
            length += NumberName.Length;
            length += ShortestFloat.Write(number, destination[length..]);
            Tail.CopyTo(destination[length..]);
            length += Tail.Length;
        }

        return length;
    }
}
