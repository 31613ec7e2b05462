using Pipeline.ModelPackage.Protos;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.ModelPackage;

/// <summary>
/// p = 1 / (1 + exp(slope · score + offset)), read off the end of a graph and done here, in double precision as there: seven operators' fixed cost is more than that of a row
/// of a small model. The two exponentials differ by one unit in the last of 53 bits at most, of which an answer has 24: the answers are equal, but for one in some hundred
/// millions that lies on the edge between two floats.
/// </summary>
/// <param name="Slope">Negative if higher scores mean yes.</param>
/// <param name="Offset">Added to the product.</param>
internal sealed record PlattCalibration(double Slope, double Offset)
{
    public float ProbabilityOf(float score) => (float)(1 / (Math.Exp((score * Slope) + Offset) + 1));

    /// <summary>Cuts the calibration off a graph that ends with it, as this project's exporter writes it.</summary>
    /// <param name="graph">The graph; its only output is the score then. Or as it was.</param>
    /// <returns>The calibration; null if the graph ends in another way.</returns>
    public static PlattCalibration? CutFrom(GraphProto graph)
    {
        if (graph.Output is not [{ Name: BinaryOutputs.TensorName } output])
        {
            return null;
        }

        var index = new GraphIndex(graph);
        if (index.Producer(output.Name, "Identity", 1) is not { } named
            || index.Producer(named.Input[0], "Cast", 1) is not { } narrowed || !GraphIndex.Has(narrowed, "to", (long)DataType.Float)
            || index.Producer(narrowed.Input[0], "Div", 2) is not { } quotient || index.Doubles(quotient.Input[0], 1) is not [1]
            || index.Producer(quotient.Input[1], "Add", 2) is not { } divisor || index.Doubles(divisor.Input[1], 1) is not [1]
            || index.Producer(divisor.Input[0], "Exp", 1) is not { } exponential
            || index.Producer(exponential.Input[0], "Add", 2) is not { } sum || index.Doubles(sum.Input[1], 1) is not [var offset]
            || index.Producer(sum.Input[0], "Mul", 2) is not { } product || index.Doubles(product.Input[1], 1) is not [var slope]
            || index.Producer(product.Input[0], "Cast", 1) is not { } widened || !GraphIndex.Has(widened, "to", (long)DataType.Double)
            || index.IsAskedForBesides(output.Name, []))
        {
            return null;
        }

        index.RemoveFound();
        output.Name = widened.Input[0];
        return new PlattCalibration(slope, offset);
    }
}
