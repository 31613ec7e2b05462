using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>A model trained for a test, with the settings that make training repeatable: seed, one thread, LightGBM's deterministic switches.</summary>
internal sealed class TrainedModel
{
    private TrainedModel(FeatureEncoding encoding, ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> model)
    {
        Encoding = encoding;
        Model = model;
    }

    public FeatureEncoding Encoding { get; }

    public ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> Model { get; }

    public static TrainedModel Train(TrainerKind kind, FeatureBatch rows, bool[] labels, int trees = 20, int leaves = 8, int minExamplesPerLeaf = 5)
    {
        var encoding = FeatureEncoding.Fit(rows);
        encoding = kind == TrainerKind.LogisticRegression ? encoding.Standardized() : encoding;
        return new TrainedModel(encoding, Estimator(kind, trees, leaves, minExamplesPerLeaf).Fit(encoding.ToDataView(rows, RowLabels.OfFlags(labels))));
    }

    public byte[] ToOnnx() => BinaryClassifierExport.ToOnnx(Encoding, Model);

    public OnnxScorer Load() => OnnxScorer.Load(ToOnnx(), Encoding.Schema, "the exported model");

    public ParityReport CheckParity(FeatureBatch rows)
    {
        using var scorer = Load();
        return ParityCheck.Run(Encoding, Model, scorer, rows, new BinaryOutputs("yes", "no", 0.5f), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Thresholds on the numeric columns' own slots, with the columns' indices.</summary>
    public IEnumerable<(int Column, float Threshold)> NumericThresholds() => Model.Model.SubModel is TreeEnsembleModelParametersBasedOnRegressionTree trees
        ? trees.TrainedTreeEnsemble.Trees.SelectMany(t => t.NumericalSplitFeatureIndexes.Zip(t.NumericalSplitThresholds)).Where(s => s.First < Encoding.Numeric.Count)
        : [];

    private static IEstimator<ISingleFeaturePredictionTransformer<CalibratedModelParametersBase>> Estimator(TrainerKind kind, int trees, int leaves, int minExamplesPerLeaf)
    {
        var trainers = new MLContext(seed: 1).BinaryClassification.Trainers;
        return kind switch
        {
            TrainerKind.LightGbm => trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                NumberOfIterations = trees,
                NumberOfLeaves = leaves,
                MinimumExampleCountPerLeaf = minExamplesPerLeaf,
                LearningRate = 0.2,
                UseCategoricalSplit = false,
                Seed = 1,
                NumberOfThreads = 1,
                Deterministic = true,
                ForceColumnWise = true,
            }),
            TrainerKind.FastTree => trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfTrees = trees,
                NumberOfLeaves = leaves,
                MinimumExampleCountPerLeaf = minExamplesPerLeaf,
                LearningRate = 0.2,
                Seed = 1,
                NumberOfThreads = 1,
            }),
            _ => trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = 0.1f,
                MaximumNumberOfIterations = 100,
                NumberOfThreads = 1,
                Quiet = true,
            }),
        };
    }
}
