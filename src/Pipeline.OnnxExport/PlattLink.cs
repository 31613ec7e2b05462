using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// p = 1 / (1 + exp(slope · score + offset)), in double precision as in ML.NET; the single-precision Sigmoid of ONNX Runtime is an approximation that ends at about 1e-8.
/// </summary>
/// <param name="slope">Negative if higher scores mean yes.</param>
/// <param name="offset">Added to the product.</param>
internal sealed class PlattLink(double slope, double offset) : AnswerLink
{
    public override string AppendTo(OnnxGraph graph, string scores)
    {
        var scaled = graph.Operator("Mul", graph.Cast(scores, DataType.Double), graph.Doubles([slope], 1));
        var exponential = graph.Operator("Exp", graph.Operator("Add", scaled, graph.Doubles([offset], 1)));
        var one = graph.Doubles([1], 1);
        return graph.Cast(graph.Operator("Div", one, graph.Operator("Add", exponential, one)), DataType.Float);
    }

    public override void Apply(Span<float> scores) => scores[0] = (float)(1 / (1 + Math.Exp((scores[0] * slope) + offset)));
}
