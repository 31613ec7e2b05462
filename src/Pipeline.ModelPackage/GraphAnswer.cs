namespace Pipeline.ModelPackage;

/// <summary>What a graph answers to rows.</summary>
/// <param name="Name">Of the output; one of <see cref="OnnxScorer.AnswerTensors"/>.</param>
/// <param name="Width">Numbers a row.</param>
/// <param name="IsMatrix">Whether it is float [N, width]; else it is float [N].</param>
internal sealed record GraphAnswer(string Name, int Width, bool IsMatrix)
{
    public long[] ShapeOf(int rows) => IsMatrix ? [rows, Width] : [rows];
}
