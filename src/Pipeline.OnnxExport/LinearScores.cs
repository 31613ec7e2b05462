using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>Each score is a weighted sum of the vector.</summary>
/// <param name="weightsOfTargets">For each score a weight a slot.</param>
/// <param name="biases">For each score what is added.</param>
internal sealed class LinearScores(IReadOnlyList<float[]> weightsOfTargets, IReadOnlyList<float> biases) : TrainedScores
{
    public override int Targets => biases.Count;

    public override HashSet<int> UsedSlots() => [.. Enumerable.Range(0, weightsOfTargets[0].Length).Where(slot => weightsOfTargets.Any(weights => weights[slot] != 0))];

    public override void CheckWidth(int slots)
    {
        if (weightsOfTargets[0].Length is var weights && weights != slots)
        {
            throw new ArgumentException($"The model has {weights} weights, the encoding {slots} slots: the model was trained on another encoding.", nameof(slots));
        }
    }

    // Summed in double precision: ML.NET sums floats in an order that depends on the processor, and the exact sum is what all orders are near to.
    public override string AppendTo(OnnxGraph graph, FeatureTensor features)
    {
        var factors = graph.Doubles(features.Slots.SelectMany(slot => weightsOfTargets.Select(weights => (double)weights[slot])), features.Slots.Count, Targets);
        var products = graph.Operator("MatMul", graph.Cast(features.Name, DataType.Double), factors);
        var sums = graph.Operator("Add", products, graph.Doubles(biases.Select(bias => (double)bias), Targets));
        return graph.Cast(Targets == 1 ? graph.Operator("Squeeze", sums, graph.Integers(1)) : sums, DataType.Float);
    }
}
