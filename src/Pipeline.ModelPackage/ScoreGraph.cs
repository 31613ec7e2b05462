using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>
/// The main part of a model's graph, the trees or the weights, cut out in memory: <see cref="FeatureVectors"/> makes what goes in, and <see cref="PlattCalibration"/> makes
/// probabilities of what comes out. Only what this project's exporter writes is cut; other graphs are left as they are.
/// </summary>
/// <param name="Vectors">Makes the vectors.</param>
/// <param name="Input">The input that takes them, double [N, width].</param>
/// <param name="Output">The output: scores, or answers if there is no calibration.</param>
/// <param name="IsColumn">Whether scores are float [N, 1]; else they have the shape of the answers.</param>
/// <param name="Calibration">Makes the scores probabilities; null if the scores are the answers.</param>
/// <param name="Answer">What the whole graph answered; null if its output is still there to tell.</param>
internal sealed record ScoreGraph(FeatureVectors Vectors, string Input, string Output, bool IsColumn, PlattCalibration? Calibration, GraphAnswer? Answer)
{
    /// <param name="graph">The graph; cut, or as it was.</param>
    /// <param name="schema">The columns, with their categories.</param>
    /// <returns>Null if the graph is of another form.</returns>
    public static ScoreGraph? CutFrom(GraphProto graph, FeatureSchema schema)
    {
        if (graph.Output.Count != 1 || EncodingReader.CutFrom(graph, schema) is not { } encoding)
        {
            return null;
        }

        var name = graph.Output[0].Name;
        var calibration = PlattCalibration.CutFrom(graph);
        var isColumn = (calibration is not null || name == RegressionOutputs.TensorName) && WithoutSqueeze(graph);
        var answer = calibration is not null || isColumn ? new GraphAnswer(name, 1, IsMatrix: false) : null;
        return new ScoreGraph(encoding.Vectors, encoding.Input, graph.Output[0].Name, isColumn, calibration, answer);
    }

    // [N, 1] and [N] are the same numbers.
    private static bool WithoutSqueeze(GraphProto graph)
    {
        var index = new GraphIndex(graph);
        var output = graph.Output[0];
        var named = index.Producer(output.Name, "Identity", 1)?.Input[0] ?? output.Name;
        if (index.Producer(named, "Squeeze", 2) is not { } squeeze || index.Integers(squeeze.Input[1]) is not [1] || index.IsAskedForBesides(output.Name, []))
        {
            return false;
        }

        index.RemoveFound();
        output.Name = squeeze.Input[0];
        output.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 1 });
        return true;
    }
}
