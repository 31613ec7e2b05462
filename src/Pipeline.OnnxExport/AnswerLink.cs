namespace Pipeline.OnnxExport;

/// <summary>How a model's scores become its answer; in the graph and here by the same operations in the same precision, those of ML.NET.</summary>
internal abstract class AnswerLink
{
    /// <param name="graph">The graph to append to.</param>
    /// <param name="scores">Name of the tensor of scores, float.</param>
    /// <returns>Name of the tensor of answers, float of the same shape.</returns>
    public abstract string AppendTo(OnnxGraph graph, string scores);

    /// <summary>Makes one row's scores its answer, in place.</summary>
    public abstract void Apply(Span<float> scores);
}
