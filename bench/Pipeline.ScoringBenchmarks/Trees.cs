using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;

namespace Pipeline.ScoringBenchmarks;

/// <summary>LightGBM of each task, with the options that the pipeline trains it with.</summary>
internal static class Trees
{
    public static IEstimator<ITransformer> Trainer(string task, int trees, int leaves)
    {
        var ml = new MLContext(seed: 1);
        return task switch
        {
            ModelTask.Binary => ml.BinaryClassification.Trainers.LightGbm(Repeatable(new LightGbmBinaryTrainer.Options(), trees, leaves)),
            ModelTask.Multiclass => ml.MulticlassClassification.Trainers.LightGbm(Repeatable(new LightGbmMulticlassTrainer.Options { UseSoftmax = true }, trees, leaves)),
            _ => ml.Regression.Trainers.LightGbm(Repeatable(new LightGbmRegressionTrainer.Options(), trees, leaves)),
        };
    }

    private static TOptions Repeatable<TOptions, TLabel, TTransformer, TModel>(LightGbmTrainerBase<TOptions, TLabel, TTransformer, TModel>.OptionsBase options, int trees, int leaves)
        where TOptions : LightGbmTrainerBase<TOptions, TLabel, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        options.NumberOfIterations = trees;
        options.NumberOfLeaves = leaves;
        options.LearningRate = 0.1;
        options.MinimumExampleCountPerLeaf = 20;
        options.UseCategoricalSplit = false;
        options.NumberOfThreads = 1;
        options.Seed = 1;
        options.Deterministic = true;
        options.ForceColumnWise = true;
        return (TOptions)options;
    }
}
