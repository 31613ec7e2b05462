using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>Boosting that ends when validation rows no longer gain: the model is what ML.NET kept, no more.</summary>
public sealed class EarlyStoppingTests
{
    private const int MostTrees = 300;

    private static readonly FeatureBatch Rows = Noise(1, 300);
    private static readonly FeatureEncoding Encoding = FeatureEncoding.Fit(Rows);
    private static readonly MLContext Ml = new(seed: 1);

    [Fact]
    public void LightGBM_of_two_classes_is_exported_as_it_stopped() => Check(
        new BinaryOutputs("yes", "no", 0.5f),
        batch => RowLabels.OfFlags(Array.ConvertAll(Noisy(batch), value => value > 1)),
        (train, validation) => Ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfIterations = MostTrees, EarlyStoppingRound = 5, MinimumExampleCountPerLeaf = 1, NumberOfThreads = 1, Seed = 1, UseCategoricalSplit = false, EvaluationMetric = LightGbmBinaryTrainer.Options.EvaluateMetricType.Logloss,
        }).Fit(train, validation));

    [Fact]
    public void LightGBM_of_several_classes_is_exported_as_it_stopped() => Check(
        new MulticlassOutputs(["a", "b", "c"]),
        batch => RowLabels.OfClasses(Array.ConvertAll(Noisy(batch), value => value > 1.3 ? 2 : value > 0.7 ? 1 : 0), ["a", "b", "c"]),
        (train, validation) => Ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            NumberOfIterations = MostTrees, EarlyStoppingRound = 5, MinimumExampleCountPerLeaf = 1, NumberOfThreads = 1, Seed = 1, UseCategoricalSplit = false, UseSoftmax = true, EvaluationMetric = LightGbmMulticlassTrainer.Options.EvaluateMetricType.LogLoss,
        }).Fit(train, validation));

    [Fact]
    public void LightGBM_of_a_number_is_exported_as_it_stopped() => Check(
        new RegressionOutputs("y", null),
        batch => RowLabels.OfNumbers(Noisy(batch)),
        (train, validation) => Ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            NumberOfIterations = MostTrees, EarlyStoppingRound = 5, MinimumExampleCountPerLeaf = 1, NumberOfThreads = 1, Seed = 1, UseCategoricalSplit = false,
        }).Fit(train, validation));

    [Fact]
    public void FastTree_of_two_classes_is_exported_as_it_stopped() => Check(
        new BinaryOutputs("yes", "no", 0.5f),
        batch => RowLabels.OfFlags(Array.ConvertAll(Noisy(batch), value => value > 1)),
        (train, validation) => Ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            NumberOfTrees = MostTrees, EarlyStoppingRule = new GeneralityLossRule(), MinimumExampleCountPerLeaf = 1, NumberOfThreads = 1, Seed = 1,
        }).Fit(train, validation));

    [Fact]
    public void FastTree_of_a_number_is_exported_as_it_stopped() => Check(
        new RegressionOutputs("y", null),
        batch => RowLabels.OfNumbers(Noisy(batch)),
        (train, validation) => Ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
        {
            NumberOfTrees = MostTrees, EarlyStoppingRule = new GeneralityLossRule(), MinimumExampleCountPerLeaf = 1, NumberOfThreads = 1, Seed = 1,
        }).Fit(train, validation));

    private static void Check(ModelOutputs outputs, Func<FeatureBatch, RowLabels> labels, Func<IDataView, IDataView, ITransformer> fit)
    {
        var validation = Noise(2, 300);

        var model = fit(Encoding.ToDataView(Rows, labels(Rows)), Encoding.ToDataView(validation, labels(validation)));

        var history = BoostingHistory.Of(Encoding, model)!;
        history.Trees.Should().BeInRange(1, MostTrees - 1);
        using var scorer = OnnxScorer.Load(ModelExport.ToOnnx(Encoding, model, outputs), Encoding.Schema, "the exported model");
        var parity = ParityCheck.Run(Encoding, model, scorer, validation, outputs, cancellationToken: TestContext.Current.CancellationToken);
        parity.Passed.Should().BeTrue(ParityCheck.Describe(parity, validation));
    }

    private static FeatureBatch Noise(int seed, int count)
    {
        var random = new Random(seed);
        return Tests.Rows.Of(("x", Enumerable.Range(0, count).Select(_ => random.NextSingle()).ToArray()), ("y", Enumerable.Range(0, count).Select(_ => random.NextSingle()).ToArray()));
    }

    // Half of it follows from the row.
    private static float[] Noisy(FeatureBatch rows)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, rows.RowCount).Select(row => rows.Numeric[2 * row] + random.NextSingle())];
    }
}
