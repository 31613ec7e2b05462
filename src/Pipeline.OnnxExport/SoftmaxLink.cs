using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// p = exp(score) / Σ exp(score), in double precision, as ML.NET does it for boosted trees. The greatest score is not taken off first, as it isn't there: boosted scores stay far below the 709 at
/// which exp ends.
/// </summary>
internal sealed class SoftmaxLink : AnswerLink
{
    public override string AppendTo(OnnxGraph graph, string scores)
    {
        var exponentials = graph.Operator("Exp", graph.Cast(scores, DataType.Double));
        return graph.Cast(graph.Operator("Div", exponentials, graph.Operator("ReduceSum", exponentials, graph.Integers(1))), DataType.Float);
    }

    public override void Apply(Span<float> scores)
    {
        var sum = 0d;
        foreach (var score in scores)
        {
            sum += Math.Exp(score);
        }

        foreach (ref var score in scores)
        {
            score = (float)(Math.Exp(score) / sum);
        }
    }
}
