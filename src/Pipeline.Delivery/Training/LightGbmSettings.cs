using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Training;

/// <summary>LightGBM's options for each task.</summary>
internal static class LightGbmSettings
{
    public static LightGbmBinaryTrainer.Options Binary(TrainerSettings settings, int seed, string? weight, bool stopsEarly) =>
        Of<LightGbmBinaryTrainer.Options, float, BinaryPredictionTransformer<CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator>>, CalibratedModelParametersBase<LightGbmBinaryModelParameters, PlattCalibrator>>(
            new LightGbmBinaryTrainer.Options { EvaluationMetric = LightGbmBinaryTrainer.Options.EvaluateMetricType.Logloss }, settings, seed, weight, stopsEarly);

    /// <summary>One score a class and a softmax over them, and not one model for each class against all others, whose probabilities would have to be made to sum to 1.</summary>
    public static LightGbmMulticlassTrainer.Options Multiclass(TrainerSettings settings, int seed, string? weight, bool stopsEarly) =>
        Of<LightGbmMulticlassTrainer.Options, VBuffer<float>, MulticlassPredictionTransformer<OneVersusAllModelParameters>, OneVersusAllModelParameters>(
            new LightGbmMulticlassTrainer.Options { UseSoftmax = true, EvaluationMetric = LightGbmMulticlassTrainer.Options.EvaluateMetricType.LogLoss }, settings, seed, weight, stopsEarly);

    public static LightGbmRegressionTrainer.Options Regression(TrainerSettings settings, int seed, string? weight, bool stopsEarly) =>
        Of<LightGbmRegressionTrainer.Options, float, RegressionPredictionTransformer<LightGbmRegressionModelParameters>, LightGbmRegressionModelParameters>(
            new LightGbmRegressionTrainer.Options { EvaluationMetric = LightGbmRegressionTrainer.Options.EvaluateMetricType.RootMeanSquaredError }, settings, seed, weight, stopsEarly);

    private static TOptions Of<TOptions, TOutput, TTransformer, TModel>(TOptions options, TrainerSettings settings, int seed, string? weight, bool stopsEarly)
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        options.NumberOfIterations = settings.Trees;
        options.NumberOfLeaves = settings.Leaves;
        options.LearningRate = settings.LearningRate;
        options.MinimumExampleCountPerLeaf = settings.MinExamplesPerLeaf;
        options.Booster = new GradientBooster.Options { L1Regularization = settings.L1, L2Regularization = settings.L2 };
        options.UseCategoricalSplit = false;
        options.NumberOfThreads = 1;
        options.Seed = seed;
        options.Deterministic = true;
        options.ForceColumnWise = true;
        options.Verbose = false;
        options.ExampleWeightColumnName = weight;
        options.EarlyStoppingRound = stopsEarly ? settings.EarlyStopping : 0;
        return options;
    }
}
