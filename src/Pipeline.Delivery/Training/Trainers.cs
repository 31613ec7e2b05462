using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>ML.NET's trainers with the options that make them repeatable: one thread, because sums over threads depend on their number, and a seed.</summary>
internal static class Trainers
{
    private const int LbfgsIterations = 100;

    // So that there is one answer also where columns say the same.
    private const double LeastL2 = 1e-9;

    /// <param name="task">One of <see cref="ModelTask"/>.</param>
    /// <param name="settings">The trainer, one of the task's.</param>
    /// <param name="seed">Of its random choices.</param>
    /// <param name="encoding">Makes the trainer's features; see <see cref="NeedsStandardizedFeatures"/>.</param>
    /// <param name="train">Training rows.</param>
    /// <param name="validation">Rows that say when to stop, if the settings say that something does.</param>
    /// <param name="weights">How much each training row counts; null if all count alike. Of numbers there are none.</param>
    /// <exception cref="PipelineException">The trainer finds nothing in the rows to split on.</exception>
    public static ITransformer Fit(string task, TrainerSettings settings, int seed, FeatureEncoding encoding, LabeledBatch train, LabeledBatch validation, float[]? weights)
    {
        if (settings.Name == TrainerSettings.Linear)
        {
            return RidgeRegression.Fit(encoding, train.Features, train.Labels, Math.Max(settings.L2, LeastL2));
        }

        try
        {
            var stopsEarly = settings is { IsTrees: true, EarlyStopping: > 0 };
            return Fit(
                new MLContext(seed),
                task,
                settings,
                seed,
                encoding.ToDataView(train.Features, train.Labels, weights),
                stopsEarly ? encoding.ToDataView(validation.Features, validation.Labels) : null,
                weights is null ? null : EncodedRowColumns.Weight);
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
    public static bool NeedsStandardizedFeatures(TrainerSettings settings) => !settings.IsTrees;

    /// <summary>Those of the settings that the trainer uses, by their names in model.yaml, the same in every culture; 0 of what is off by default is left out.</summary>
    public static IReadOnlyDictionary<string, string> Parameters(TrainerSettings settings) => TrainerParameter.Of(settings.Name)
        .Where(parameter => parameter.Name is not ("l1" or "categories" or "earlyStopping") || parameter.ValueOf(settings) != 0)
        .ToDictionary(parameter => parameter.Name, parameter => parameter.TextOf(settings));

    private static ITransformer Fit(MLContext ml, string task, TrainerSettings settings, int seed, IDataView rows, IDataView? validation, string? weight)
    {
        switch (task, settings.Name)
        {
            case (ModelTask.Binary, TrainerSettings.LightGbm):
                var binary = ml.BinaryClassification.Trainers.LightGbm(LightGbmSettings.Binary(settings, seed, weight, validation is not null));
                return validation is null ? binary.Fit(rows) : binary.Fit(rows, validation);
            case (ModelTask.Multiclass, TrainerSettings.LightGbm):
                var multiclass = ml.MulticlassClassification.Trainers.LightGbm(LightGbmSettings.Multiclass(settings, seed, weight, validation is not null));
                return validation is null ? multiclass.Fit(rows) : multiclass.Fit(rows, validation);
            case (ModelTask.Regression, TrainerSettings.LightGbm):
                var regression = ml.Regression.Trainers.LightGbm(LightGbmSettings.Regression(settings, seed, weight, validation is not null));
                return validation is null ? regression.Fit(rows) : regression.Fit(rows, validation);
            case (ModelTask.Binary, TrainerSettings.FastTree):
                var binaryTrees = ml.BinaryClassification.Trainers.FastTree(FastTree(new FastTreeBinaryTrainer.Options(), settings, seed, weight, validation is not null));
                return validation is null ? binaryTrees.Fit(rows) : binaryTrees.Fit(rows, validation);
            case (ModelTask.Regression, TrainerSettings.FastTree):
                var trees = ml.Regression.Trainers.FastTree(FastTree(new FastTreeRegressionTrainer.Options(), settings, seed, weight, validation is not null));
                return validation is null ? trees.Fit(rows) : trees.Fit(rows, validation);
            case (ModelTask.Binary, TrainerSettings.LogisticRegression):
                return ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
                {
                    L1Regularization = (float)settings.L1, L2Regularization = (float)settings.L2, NumberOfThreads = 1, MaximumNumberOfIterations = LbfgsIterations, Quiet = true, ExampleWeightColumnName = weight,
                }).Fit(rows);
            case (ModelTask.Multiclass, TrainerSettings.MaximumEntropy):
                return ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
                {
                    L1Regularization = (float)settings.L1, L2Regularization = (float)settings.L2, NumberOfThreads = 1, MaximumNumberOfIterations = LbfgsIterations, Quiet = true, ExampleWeightColumnName = weight,
                }).Fit(rows);
            default:
                throw new ArgumentException($"There is no trainer '{settings.Name}' of {task} models.", nameof(settings));
        }
    }

    private static TOptions FastTree<TOptions>(TOptions options, TrainerSettings settings, int seed, string? weight, bool stopsEarly)
        where TOptions : BoostedTreeOptions
    {
        options.NumberOfTrees = settings.Trees;
        options.NumberOfLeaves = settings.Leaves;
        options.LearningRate = settings.LearningRate;
        options.MinimumExampleCountPerLeaf = settings.MinExamplesPerLeaf;
        options.NumberOfThreads = 1;
        options.Seed = seed;
        options.FeatureSelectionSeed = seed;
        options.ExampleWeightColumnName = weight;
        if (stopsEarly)
        {
            options.EarlyStoppingRule = new ConsecutiveGeneralityLossRule(settings.EarlyStopping);
        }

        return options;
    }
}
