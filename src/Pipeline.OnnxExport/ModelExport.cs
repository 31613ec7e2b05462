using Microsoft.ML;
using Pipeline.ModelPackage;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// Writes a trained model as an ONNX graph from the columns to the answer. Inputs: <see cref="FeatureSchema.NumericInput"/>, float [N, k], if there are numeric columns,
/// and a string tensor [N, 1] per categorical column. Outputs: the task's answer, <see cref="ModelOutputs.Tensor"/>, float [N] or of several classes float [N, C]; and of several
/// classes <see cref="LabelTensor"/>, string [N], the name of the most probable one, of those that tie the first.
/// </summary>
public static class ModelExport
{
    /// <summary>Name of the second output of a model of several classes.</summary>
    public const string LabelTensor = "label";

    /// <summary>The ONNX file's bytes; the same encoding, model and outputs always give the same bytes.</summary>
    /// <param name="encoding">The encoding whose rows the model was trained on.</param>
    /// <param name="model">
    /// What ML.NET's trainers return: of two classes LightGBM, FastTree or L-BFGS logistic regression; of several LightGBM with <c>UseSoftmax = true</c> or L-BFGS maximum entropy; of a number
    /// LightGBM, FastTree or SDCA, or <see cref="RidgeRegression"/>. LightGBM with <c>UseCategoricalSplit = false</c>.
    /// </param>
    /// <param name="outputs">The task, and the names of its classes.</param>
    /// <exception cref="NotSupportedException">A model of another kind, with splits on sets of categories, or too large for the format.</exception>
    /// <exception cref="ArgumentException">The model was trained on vectors of another length, for another task, or for another number of classes.</exception>
    public static byte[] ToOnnx(FeatureEncoding encoding, ITransformer model, ModelOutputs outputs)
    {
        var trained = TrainedModelReader.Read(model);
        if (trained.Task != outputs.Task || trained.Scores.Targets != outputs.Width)
        {
            throw new ArgumentException($"The model is of the task {trained.Task} and gives {trained.Scores.Targets} numbers, the outputs are of {outputs.Task} and {outputs.Width}.", nameof(outputs));
        }

        trained.Scores.CheckWidth(encoding.Width);
        var graph = new OnnxGraph(NameOf(outputs), encoding.Schema.Features.Select(f => f.Name));
        var features = FeatureGraph.Append(graph, encoding, trained.Scores.UsedSlots().Contains);
        var answers = trained.Link.AppendTo(graph, trained.Scores.AppendTo(graph, features));
        graph.AddOutput(outputs.Tensor, answers, DataType.Float, outputs.IsMatrix ? outputs.Width : null);
        if (outputs is MulticlassOutputs)
        {
            AppendLabel(graph, answers, outputs.Labels);
        }

        return graph.ToBytes();
    }

    // select_last_index is 0 where it is not given: of classes that tie the first.
    private static void AppendLabel(OnnxGraph graph, string probabilities, IReadOnlyList<string> classes)
    {
        var most = graph.Operator("ArgMax", [probabilities], OnnxGraph.Attribute("axis", 1), OnnxGraph.Attribute("keepdims", 0));
        graph.AddOutput(LabelTensor, graph.Operator("Gather", graph.Strings(classes), most), DataType.String);
    }

    private static string NameOf(ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs => "binary_classifier",
        MulticlassOutputs => "multiclass_classifier",
        _ => "regressor",
    };
}
