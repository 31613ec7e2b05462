using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Pipeline.ModelPackage;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// Writes a trained binary model as an ONNX graph from the columns to the probability. Inputs: <see cref="FeatureSchema.NumericInput"/>, float [N, k],
/// if there are numeric columns, and a string tensor [N, 1] per categorical column. Output: <see cref="BinaryOutputs.TensorName"/>, float [N].
/// </summary>
public static class BinaryClassifierExport
{
    /// <summary>The ONNX file's bytes; the same encoding and model always give the same bytes.</summary>
    /// <param name="encoding">The encoding whose rows the model was trained on.</param>
    /// <param name="model">What ML.NET's LightGBM, FastTree or L-BFGS logistic regression trainer for binary classification returns.</param>
    /// <exception cref="NotSupportedException">A model of another kind, or with splits on sets of categories.</exception>
    /// <exception cref="ArgumentException">The model was trained on vectors of another length.</exception>
    public static byte[] ToOnnx(FeatureEncoding encoding, ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> model)
    {
        var graph = new OnnxGraph(encoding.Schema.Features.Select(f => f.Name));
        var score = AppendScore(graph, encoding, model.Model.SubModel);
        graph.SetOutput(BinaryOutputs.TensorName, AppendCalibration(graph, score, model.Model.Calibrator));
        return graph.ToBytes();
    }

    private static string AppendScore(OnnxGraph graph, FeatureEncoding encoding, object predictor) => predictor switch
    {
        TreeEnsembleModelParametersBasedOnRegressionTree trees => AppendTrees(graph, encoding, trees.TrainedTreeEnsemble.Trees),
        LinearBinaryModelParameters linear => AppendLinear(graph, encoding, linear),
        _ => throw new NotSupportedException($"A {predictor.GetType().Name} can't be exported to ONNX; tree ensembles and linear models can."),
    };

    private static string AppendTrees(OnnxGraph graph, FeatureEncoding encoding, IReadOnlyList<RegressionTree> trees)
    {
        var ensemble = new TreeEnsembleGraph(trees);
        var used = ensemble.UsedSlots();
        if (used.Max() >= encoding.Width)
        {
            throw new ArgumentException($"A tree splits on slot {used.Max()}, the encoding has {encoding.Width} slots: the model was trained on another encoding.", nameof(encoding));
        }

        return ensemble.AppendTo(graph, FeatureGraph.Append(graph, encoding, used.Contains));
    }

    // Summed in double precision: ML.NET sums floats in an order that depends on the processor, and the exact sum is what all orders are near to.
    private static string AppendLinear(OnnxGraph graph, FeatureEncoding encoding, LinearBinaryModelParameters linear)
    {
        var weights = linear.Weights;
        if (weights.Count != encoding.Width)
        {
            throw new ArgumentException($"The model has {weights.Count} weights, the encoding {encoding.Width} slots: the model was trained on another encoding.", nameof(encoding));
        }

        var features = FeatureGraph.Append(graph, encoding, slot => weights[slot] != 0);
        var factors = graph.Doubles(features.Slots.Select(slot => (double)weights[slot]), features.Slots.Count, 1);
        var sum = graph.Operator("Add", graph.Operator("MatMul", graph.Cast(features.Name, DataType.Double), factors), graph.Doubles([linear.Bias], 1));
        return graph.Cast(graph.Operator("Squeeze", sum, graph.Integers(1)), DataType.Float);
    }

    // Platt: p = 1 / (1 + exp(slope · score + offset)), in double precision as in ML.NET; the single-precision Sigmoid is an approximation that ends at about 1e-8.
    private static string AppendCalibration(OnnxGraph graph, string score, ICalibrator calibrator)
    {
        if (calibrator is not PlattCalibrator platt)
        {
            throw new NotSupportedException($"A model calibrated by {calibrator.GetType().Name} can't be exported to ONNX; Platt calibration can.");
        }

        var scaled = graph.Operator("Mul", graph.Cast(score, DataType.Double), graph.Doubles([platt.Slope], 1));
        var exponential = graph.Operator("Exp", graph.Operator("Add", scaled, graph.Doubles([platt.Offset], 1)));
        var one = graph.Doubles([1], 1);
        return graph.Cast(graph.Operator("Div", one, graph.Operator("Add", exponential, one)), DataType.Float);
    }
}
