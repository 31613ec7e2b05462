using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>A model trained for a test, with the settings that make training repeatable: seed, one thread, LightGBM's deterministic switches.</summary>
internal sealed class TrainedModel
{
    private static readonly TrainerKind[] Linear = [TrainerKind.LogisticRegression, TrainerKind.MaximumEntropy, TrainerKind.LinearRegression];

    private TrainedModel(FeatureEncoding encoding, ITransformer model, ModelOutputs outputs)
    {
        (Encoding, Model, Outputs) = (encoding, model, outputs);
    }

    public FeatureEncoding Encoding { get; }

    public ITransformer Model { get; }

    public ModelOutputs Outputs { get; }

    public static string TaskOf(TrainerKind kind) => kind switch
    {
        TrainerKind.LightGbm or TrainerKind.FastTree or TrainerKind.LogisticRegression => ModelTask.Binary,
        TrainerKind.MulticlassLightGbm or TrainerKind.MaximumEntropy => ModelTask.Multiclass,
        _ => ModelTask.Regression,
    };

    public static bool IsLinear(TrainerKind kind) => Linear.Contains(kind);

    /// <summary>Trains on labels of two values: of several classes they are the classes "no" and "yes", of a number 0 and 1.</summary>
    public static TrainedModel Train(TrainerKind kind, FeatureBatch rows, bool[] labels, int trees = 20, int leaves = 8, int minExamplesPerLeaf = 5)
    {
        var ofTask = TaskOf(kind) switch
        {
            ModelTask.Binary => RowLabels.OfFlags(labels),
            ModelTask.Multiclass => RowLabels.OfClasses(Array.ConvertAll(labels, label => label ? 1 : 0), ["no", "yes"]),
            _ => RowLabels.OfNumbers(Array.ConvertAll(labels, label => label ? 1f : 0f)),
        };
        return Train(kind, rows, ofTask, trees, leaves, minExamplesPerLeaf);
    }

    public static TrainedModel Train(TrainerKind kind, FeatureBatch rows, RowLabels labels, int trees = 20, int leaves = 8, int minExamplesPerLeaf = 5, int maxCategories = int.MaxValue)
    {
        var encoding = FeatureEncoding.Fit(rows, maxCategories);
        encoding = IsLinear(kind) ? encoding.Standardized() : encoding;
        ModelOutputs outputs = labels.Task switch
        {
            ModelTask.Binary => new BinaryOutputs("yes", "no", 0.5f),
            ModelTask.Multiclass => new MulticlassOutputs(labels.ClassNames),
            _ => new RegressionOutputs("y", null),
        };
        var model = kind == TrainerKind.LinearRegression
            ? RidgeRegression.Fit(encoding, rows, labels, l2: 1e-4)
            : Estimator(kind, trees, leaves, minExamplesPerLeaf).Fit(encoding.ToDataView(rows, labels));
        return new TrainedModel(encoding, model, outputs);
    }

    public byte[] ToOnnx() => ModelExport.ToOnnx(Encoding, Model, Outputs);

    public OnnxScorer Load() => OnnxScorer.Load(ToOnnx(), Encoding.Schema, "the exported model");

    public ParityReport CheckParity(FeatureBatch rows)
    {
        using var scorer = Load();
        return ParityCheck.Run(Encoding, Model, scorer, rows, Outputs, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Thresholds on the numeric columns' own slots, with the columns' indices.</summary>
    public IEnumerable<(int Column, float Threshold)> NumericThresholds() => TrainedModelReader.Read(Model).Scores is TreeScores scores
        ? scores.TreesOfTargets.SelectMany(trees => trees).SelectMany(t => t.NumericalSplitFeatureIndexes.Zip(t.NumericalSplitThresholds)).Where(s => s.First < Encoding.Numeric.Count)
        : [];

    private static IEstimator<ITransformer> Estimator(TrainerKind kind, int trees, int leaves, int minExamplesPerLeaf)
    {
        var ml = new MLContext(seed: 1);
        var (binary, multiclass, regression) = (ml.BinaryClassification.Trainers, ml.MulticlassClassification.Trainers, ml.Regression.Trainers);
        return kind switch
        {
            TrainerKind.LightGbm => binary.LightGbm(Repeatable(new LightGbmBinaryTrainer.Options(), trees, leaves, minExamplesPerLeaf)),
            TrainerKind.MulticlassLightGbm => multiclass.LightGbm(Repeatable(new LightGbmMulticlassTrainer.Options { UseSoftmax = true }, trees, leaves, minExamplesPerLeaf)),
            TrainerKind.RegressionLightGbm => regression.LightGbm(Repeatable(new LightGbmRegressionTrainer.Options(), trees, leaves, minExamplesPerLeaf)),
            TrainerKind.FastTree => binary.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfTrees = trees,
                NumberOfLeaves = leaves,
                MinimumExampleCountPerLeaf = minExamplesPerLeaf,
                LearningRate = 0.2,
                Seed = 1,
                NumberOfThreads = 1,
            }),
            TrainerKind.RegressionFastTree => regression.FastTree(new FastTreeRegressionTrainer.Options
            {
                NumberOfTrees = trees,
                NumberOfLeaves = leaves,
                MinimumExampleCountPerLeaf = minExamplesPerLeaf,
                LearningRate = 0.2,
                Seed = 1,
                NumberOfThreads = 1,
            }),
            TrainerKind.LogisticRegression => binary.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = 0.1f,
                MaximumNumberOfIterations = 100,
                NumberOfThreads = 1,
                Quiet = true,
            }),
            TrainerKind.MaximumEntropy => multiclass.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = 0.1f,
                MaximumNumberOfIterations = 100,
                NumberOfThreads = 1,
                Quiet = true,
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no estimator."),
        };
    }

    private static TOptions Repeatable<TOptions, TLabel, TTransformer, TModel>(LightGbmTrainerBase<TOptions, TLabel, TTransformer, TModel>.OptionsBase options, int trees, int leaves, int minExamplesPerLeaf)
        where TOptions : LightGbmTrainerBase<TOptions, TLabel, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        options.NumberOfIterations = trees;
        options.NumberOfLeaves = leaves;
        options.MinimumExampleCountPerLeaf = minExamplesPerLeaf;
        options.LearningRate = 0.2;
        options.UseCategoricalSplit = false;
        options.Seed = 1;
        options.NumberOfThreads = 1;
        options.Deterministic = true;
        options.ForceColumnWise = true;
        return (TOptions)options;
    }
}
