using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

public sealed class CapacityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Two_thousand_trees_of_255_leaves_are_exported_and_answer_alike()
    {
        // Noise, so that every tree finds something to split on.
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 600).Select(_ => random.NextSingle())];
        float[] y = [.. Enumerable.Range(0, 600).Select(_ => random.NextSingle())];
        var rows = Rows.Of(("x", x), ("y", y));
        var encoding = FeatureEncoding.Fit(rows);
        var model = new MLContext(seed: 1).Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
        {
            NumberOfIterations = 2_000,
            NumberOfLeaves = 255,
            MinimumExampleCountPerLeaf = 1,
            LearningRate = 0.001,
            NumberOfThreads = 1,
            Seed = 1,
        }).Fit(encoding.ToDataView(rows, RowLabels.OfNumbers([.. x.Select(_ => random.NextSingle())])));
        model.Model.TrainedTreeEnsemble.Trees.Should().HaveCount(2_000).And.OnlyContain(tree => tree.NumberOfLeaves == 255);

        var outputs = new RegressionOutputs("noise", null);
        using var scorer = OnnxScorer.Load(ModelExport.ToOnnx(encoding, model, outputs), encoding.Schema, "a large model");

        ParityCheck.Run(encoding, model, scorer, rows, outputs, cancellationToken: Token).MaxDifference.Should().Be(0);
    }

    [Theory]
    [InlineData(TrainerKind.MulticlassLightGbm)]
    [InlineData(TrainerKind.MaximumEntropy)]
    public void A_thousand_classes_are_exported_and_answer_alike(TrainerKind kind)
    {
        const int Classes = 1_000;
        var rows = Rows.Of(("x", Enumerable.Range(0, Classes).Select(row => (float)row).ToArray()), ("c", Enumerable.Range(0, Classes).Select(row => $"C{row % 7}").ToArray()));
        var labels = RowLabels.OfClasses([.. Enumerable.Range(0, Classes)], [.. Enumerable.Range(0, Classes).Select(index => $"class {index}")]);
        var model = TrainedModel.Train(kind, rows, labels, trees: 1, leaves: 4, minExamplesPerLeaf: 1);

        var some = Rows.Of(("x", new[] { 3f, 500, 999 }), ("c", new[] { "C3", "new", "C4" }));
        var report = model.CheckParity(some);

        report.Passed.Should().BeTrue(ParityCheck.Describe(report, some));
        using var scorer = model.Load();
        scorer.Width.Should().Be(Classes);
    }

    [Fact]
    public void A_file_beyond_the_formats_end_is_refused_with_its_size()
    {
        // One attribute, many times: the file would be 2.2 GB, the memory is 100 MB.
        var graph = new OnnxGraph("too large", ["x"]);
        var large = new AttributeProto { Name = "large", Type = AttributeProto.Types.AttributeType.String, S = UnsafeByteOperations.UnsafeWrap(new byte[100_000_000]) };
        graph.Ml("Any", "x", [.. Enumerable.Repeat(large, 22)]);

        var write = () => graph.ToBytes();

        write.Should().Throw<NotSupportedException>().WithMessage("The model needs an ONNX file of 2.2 GB; the format ends at 2.1 GB. Train fewer trees, or trees with fewer leaves.");
    }
}
