using System.Collections.Immutable;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>Reads off what ML.NET's trainers return how it scores. The list of models that can be exported.</summary>
internal static class TrainedModelReader
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <exception cref="NotSupportedException">A model of another kind.</exception>
    public static ModelParts Read(ITransformer model) => model is IPredictionTransformer<object> { Model: var parameters }
        ? parameters switch
        {
            CalibratedModelParametersBase calibrated => new ModelParts(ModelTask.Binary, BinaryScores(calibrated.SubModel), LinkOf(calibrated.Calibrator)),
            OneVersusAllModelParameters classes => new ModelParts(ModelTask.Multiclass, new TreeScores(TreesOfClasses(classes)), new SoftmaxLink()),
            MaximumEntropyModelParameters classes => new ModelParts(ModelTask.Multiclass, ClassScores(classes), new LogSoftmaxLink()),
            LightGbmRegressionModelParameters or FastTreeRegressionModelParameters => new ModelParts(ModelTask.Regression, new TreeScores([TreesOf(parameters)]), new IdentityLink()),
            LinearRegressionModelParameters linear => new ModelParts(ModelTask.Regression, new LinearScores([[.. linear.Weights]], [linear.Bias]), new IdentityLink()),
            _ => throw CannotExport(parameters),
        }
        : throw CannotExport(model);

    private static TrainedScores BinaryScores(object parameters) => parameters switch
    {
        TreeEnsembleModelParametersBasedOnRegressionTree => new TreeScores([TreesOf(parameters)]),
        LinearBinaryModelParameters linear => new LinearScores([[.. linear.Weights]], [linear.Bias]),
        _ => throw CannotExport(parameters),
    };

    private static PlattLink LinkOf(ICalibrator calibrator) => calibrator is PlattCalibrator platt
        ? new PlattLink(platt.Slope, platt.Offset)
        : throw new NotSupportedException($"A model calibrated by {calibrator.GetType().Name} can't be exported to ONNX; Platt calibration can.");

    private static IReadOnlyList<RegressionTree> TreesOf(object parameters) => parameters is TreeEnsembleModelParametersBasedOnRegressionTree trees
        ? trees.TrainedTreeEnsemble.Trees
        : throw CannotExport(parameters);

    // ML.NET keeps both the classes' models and what becomes of their scores to itself, and has no other way to them than a saved model's zip file.
    private static IReadOnlyList<IReadOnlyList<RegressionTree>> TreesOfClasses(OneVersusAllModelParameters classes)
    {
        var type = typeof(OneVersusAllModelParameters);
        var inner = type.GetField("_impl", Hidden)?.GetValue(classes);
        var formula = inner?.GetType().GetField("OutputFormula", Hidden)?.GetValue(inner)?.ToString();
        if (formula != "Softmax" || type.GetProperty("SubModelParameters", Hidden)?.GetValue(classes) is not ImmutableArray<object> models)
        {
            throw new NotSupportedException($"A model of one class against all others whose answers become probabilities by {formula ?? "an unknown formula"} can't be exported to ONNX; Softmax can. Train LightGBM with UseSoftmax = true.");
        }

        return [.. models.Select(model => TreesOf(model is CalibratedModelParametersBase calibrated ? calibrated.SubModel : model))];
    }

    private static LinearScores ClassScores(MaximumEntropyModelParameters classes)
    {
        var weights = Array.Empty<VBuffer<float>>();
        classes.GetWeights(ref weights, out var count);
        return new LinearScores([.. weights.Take(count).Select(vector => vector.DenseValues().ToArray())], [.. classes.GetBiases()]);
    }

    private static NotSupportedException CannotExport(object parameters) =>
        new($"A {parameters.GetType().Name} can't be exported to ONNX; what LightGBM, FastTree, logistic regression, maximum entropy and linear regression train can.");
}
