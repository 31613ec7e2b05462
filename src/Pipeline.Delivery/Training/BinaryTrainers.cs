using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Training;

/// <summary>ML.NET's binary trainers with the options that make them repeatable: one thread, because sums over threads depend on their number, and a seed.</summary>
internal static class BinaryTrainers
{
    /// <exception cref="PipelineException">The trainer finds nothing in the rows to split on.</exception>
    public static ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> Fit(TrainerSettings settings, int seed, IDataView rows)
    {
        try
        {
            return Fit(new MLContext(seed), settings, seed, rows);
        }
        catch (ArgumentNullException e) when (settings.Name == TrainerSettings.LightGbm && e.ParamName == "items")
        {
            // What ML.NET says when LightGBM grew no tree at all and the label is balanced.
            throw new PipelineException(
                ExitCode.NotEnoughData,
                $"{settings.Name} finds nothing in the training rows to split on. Give it more rows, or lower minExamplesPerLeaf ({settings.MinExamplesPerLeaf}) in model.yaml.",
                e);
        }
    }

    /// <summary>Linear models need features of one scale; trees do not.</summary>
    public static bool NeedsStandardizedFeatures(TrainerSettings settings) => settings.Name == TrainerSettings.LogisticRegression;

    /// <summary>Those of the settings that the trainer uses, by their names in model.yaml, the same in every culture.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(TrainerSettings settings) => settings.Name == TrainerSettings.LogisticRegression
        ? new Dictionary<string, string> { ["l2"] = Text(settings.L2) }
        : new Dictionary<string, string>
        {
            ["trees"] = Text(settings.Trees),
            ["leaves"] = Text(settings.Leaves),
            ["learningRate"] = Text(settings.LearningRate),
            ["minExamplesPerLeaf"] = Text(settings.MinExamplesPerLeaf),
        };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> Fit(MLContext ml, TrainerSettings settings, int seed, IDataView rows) =>
        settings.Name switch
        {
            TrainerSettings.LightGbm => ml.BinaryClassification.Trainers.LightGbm(LightGbm(settings, seed)).Fit(rows),
            TrainerSettings.FastTree => ml.BinaryClassification.Trainers.FastTree(FastTree(settings, seed)).Fit(rows),
            TrainerSettings.LogisticRegression => ml.BinaryClassification.Trainers.LbfgsLogisticRegression(LogisticRegression(settings)).Fit(rows),
            _ => throw new ArgumentException($"There is no trainer '{settings.Name}'.", nameof(settings)),
        };

    private static LightGbmBinaryTrainer.Options LightGbm(TrainerSettings settings, int seed) => new()
    {
        NumberOfIterations = settings.Trees,
        NumberOfLeaves = settings.Leaves,
        LearningRate = settings.LearningRate,
        MinimumExampleCountPerLeaf = settings.MinExamplesPerLeaf,
        UseCategoricalSplit = false,
        NumberOfThreads = 1,
        Seed = seed,
        Deterministic = true,
        ForceColumnWise = true,
        Verbose = false,
    };

    private static FastTreeBinaryTrainer.Options FastTree(TrainerSettings settings, int seed) => new()
    {
        NumberOfTrees = settings.Trees,
        NumberOfLeaves = settings.Leaves,
        LearningRate = settings.LearningRate,
        MinimumExampleCountPerLeaf = settings.MinExamplesPerLeaf,
        NumberOfThreads = 1,
        Seed = seed,
        FeatureSelectionSeed = seed,
    };

    private static LbfgsLogisticRegressionBinaryTrainer.Options LogisticRegression(TrainerSettings settings) => new()
    {
        L2Regularization = (float)settings.L2,
        L1Regularization = 0,
        NumberOfThreads = 1,
        MaximumNumberOfIterations = 100,
        Quiet = true,
    };
}
