namespace Pipeline.OnnxExport;

/// <summary>The score is the answer: a number.</summary>
internal sealed class IdentityLink : AnswerLink
{
    public override string AppendTo(OnnxGraph graph, string scores) => scores;

    public override void Apply(Span<float> scores)
    {
    }
}
