using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// p = exp(score − log Σ exp(score)), as ML.NET does it for maximum entropy: the logarithm and the difference are rounded to floats. An exact softmax would be another answer by some 1e-5 where
/// scores are in the hundreds.
/// </summary>
internal sealed class LogSoftmaxLink : AnswerLink
{
    public override string AppendTo(OnnxGraph graph, string scores)
    {
        var wide = graph.Cast(scores, DataType.Double);
        var greatest = graph.Operator("ReduceMax", [wide], OnnxGraph.Attribute("axes", new long[] { 1 }));
        var sum = graph.Operator("ReduceSum", graph.Operator("Exp", graph.Operator("Sub", wide, greatest)), graph.Integers(1));
        var logarithm = graph.Cast(graph.Operator("Add", greatest, graph.Operator("Log", sum)), DataType.Float);
        var exponents = graph.Cast(graph.Operator("Sub", scores, logarithm), DataType.Double);
        return graph.Cast(graph.Operator("Exp", exponents), DataType.Float);
    }

    public override void Apply(Span<float> scores)
    {
        var greatest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            greatest = Math.Max(greatest, score);
        }

        var sum = 0d;
        foreach (var score in scores)
        {
            sum += Math.Exp((double)score - greatest);
        }

        var logarithm = (float)(greatest + Math.Log(sum));
        foreach (ref var score in scores)
        {
            score = (float)Math.Exp(score - logarithm);
        }
    }
}
