using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

public sealed class TreeEnsembleGraphTests
{
    [Fact]
    public void An_ensemble_without_trees_scores_zero()
    {
        var rows = Rows.Of(("x", new[] { -1f, 0f, 1f, float.NaN }));
        var encoding = FeatureEncoding.Fit(rows);
        var graph = new OnnxGraph("trees", ["x"]);
        var ensemble = new TreeEnsembleGraph([[]]);

        graph.AddOutput(RegressionOutputs.TensorName, ensemble.AppendTo(graph, FeatureGraph.Append(graph, encoding, ensemble.UsedSlots().Contains)), TensorProto.Types.DataType.Float);
        using var scorer = OnnxScorer.Load(graph.ToBytes(), encoding.Schema, "an empty ensemble");

        scorer.Score(rows, TestContext.Current.CancellationToken).Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void A_class_without_trees_among_others_scores_zero()
    {
        var data = new RandomRows(4);
        var rows = data.Next(100);
        var model = TrainedModel.Train(TrainerKind.RegressionFastTree, rows, data.LabelsOf(rows, TrainerKind.RegressionFastTree));
        var trees = ((TreeScores)TrainedModelReader.Read(model.Model).Scores).TreesOfTargets[0];
        var graph = new OnnxGraph("trees", rows.Schema.Features.Select(feature => feature.Name));
        var ensemble = new TreeEnsembleGraph([[], trees]);

        graph.AddOutput(MulticlassOutputs.TensorName, ensemble.AppendTo(graph, FeatureGraph.Append(graph, model.Encoding, ensemble.UsedSlots().Contains)), TensorProto.Types.DataType.Float, 2);
        using var scorer = OnnxScorer.Load(graph.ToBytes(), model.Encoding.Schema, "trees of one of two classes");

        var scores = scorer.Score(rows, TestContext.Current.CancellationToken).Chunk(2).ToArray();
        scores.Should().OnlyContain(score => score[0] == 0);
        scores.Select(score => score[1]).Should().Equal(ParityCheck.ScoreInMlNet(model.Encoding, model.Model, rows, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Splits_on_sets_of_categories_are_refused_with_the_setting_to_change()
    {
        var (encoding, model) = TrainWithCategoricalSplits();

        var export = () => ModelExport.ToOnnx(encoding, model, new BinaryOutputs("yes", "no", 0.5f));

        export.Should().Throw<NotSupportedException>().WithMessage("*splits on a set of categories*UseCategoricalSplit = false*");
    }

    private static (FeatureEncoding Encoding, ITransformer Model) TrainWithCategoricalSplits()
    {
        string[] categories = [.. Enumerable.Range(0, 2_000).Select(row => $"C{row % 10}")];
        var ml = new MLContext(seed: 1);
        var view = ml.Data.LoadFromEnumerable(categories.Select((c, row) => new LabeledCategory { Category = c, Label = (row % 10 % 3 == 0) ^ (row % 17 == 0) }));
        var encoded = ml.Transforms.Categorical.OneHotEncoding("Features", nameof(LabeledCategory.Category)).Fit(view).Transform(view);
        var trainer = ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options
        {
            NumberOfIterations = 3,
            NumberOfThreads = 1,
            UseCategoricalSplit = true,
            MinimumExampleCountPerGroup = 1,
            MinimumExampleCountPerLeaf = 1,
        });
        return (FeatureEncoding.Fit(Rows.Of(("c", categories))), trainer.Fit(encoded));
    }

    private sealed class LabeledCategory
    {
        public string Category { get; set; } = string.Empty;

        public bool Label { get; set; }
    }
}
