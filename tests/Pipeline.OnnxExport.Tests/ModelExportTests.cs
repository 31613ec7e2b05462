using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

public sealed class ModelExportTests
{
    public static TheoryData<TrainerKind> Trainers { get; } = new(Enum.GetValues<TrainerKind>());

    [Theory]
    [MemberData(nameof(Trainers))]
    public void The_graph_takes_the_columns_and_has_a_free_batch_dimension(TrainerKind kind)
    {
        using var session = new InferenceSession(Train(kind).ToOnnx());

        session.InputMetadata.Keys.Should().BeEquivalentTo(FeatureSchema.NumericInput, "origin", "destination");
        session.InputMetadata[FeatureSchema.NumericInput].ElementType.Should().Be<float>();
        session.InputMetadata[FeatureSchema.NumericInput].Dimensions.Should().Equal(-1, 2);
        session.InputMetadata[FeatureSchema.NumericInput].SymbolicDimensions.Should().Equal("N", string.Empty);
        session.InputMetadata["origin"].ElementType.Should().Be<string>();
        session.InputMetadata["origin"].Dimensions.Should().Equal(-1, 1);
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void The_outputs_of_a_task_have_one_name_type_and_shape(TrainerKind kind)
    {
        using var session = new InferenceSession(Train(kind).ToOnnx());

        var outputs = session.OutputMetadata.Select(output => (output.Key, output.Value.ElementType, string.Join(' ', output.Value.Dimensions), output.Value.SymbolicDimensions[0]));

        outputs.Should().Equal(TrainedModel.TaskOf(kind) switch
        {
            ModelTask.Binary => [("probability", typeof(float), "-1", "N")],
            ModelTask.Multiclass => [("probabilities", typeof(float), "-1 2", "N"), ("label", typeof(string), "-1", "N")],
            _ => [("prediction", typeof(float), "-1", "N")],
        });
    }

    [Fact]
    public void Operator_sets_and_producer_are_stated_and_hold_nothing_of_the_machine()
    {
        var model = ModelProto.Parser.ParseFrom(Train(TrainerKind.LightGbm).ToOnnx());

        model.IrVersion.Should().Be(8);
        model.OpsetImport.Select(o => (o.Domain, o.Version)).Should().Equal((string.Empty, 17), ("ai.onnx.ml", 3));
        (OnnxRelease.Onnx, OnnxRelease.OnnxRuntime).Should().Be(("1.12.0", "1.12.0"), "these are the first releases with the three versions above");
        model.ProducerName.Should().Be("Pipeline.OnnxExport");
        model.ProducerVersion.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Exporting_twice_gives_the_same_bytes(TrainerKind kind)
    {
        var model = Train(kind);

        model.ToOnnx().Should().Equal(model.ToOnnx());
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Training_twice_gives_the_same_bytes(TrainerKind kind) =>
        Digest.Of(Train(kind).ToOnnx()).Should().Be(Digest.Of(Train(kind).ToOnnx()));

    [Fact]
    public void Every_node_of_the_trees_asks_the_same_kind_of_question()
    {
        var model = ModelProto.Parser.ParseFrom(Train(TrainerKind.FastTree).ToOnnx());

        var trees = model.Graph.Node.Should().ContainSingle(n => n.OpType == "TreeEnsembleRegressor").Subject;
        var modes = trees.Attribute.Single(a => a.Name == "nodes_modes").Strings.Select(m => m.ToStringUtf8());
        modes.Distinct().Should().BeEquivalentTo("BRANCH_LEQ", "LEAF");
    }

    [Fact]
    public void A_column_may_bear_the_name_of_an_internal_tensor()
    {
        var internalNames = ModelProto.Parser.ParseFrom(Train(TrainerKind.LightGbm).ToOnnx()).Graph.Node.Select(n => n.Output[0]).ToArray();
        (string, object)[] columns = [.. internalNames.Where(n => n != BinaryOutputs.TensorName).Select(n => (n, (object)Categories(200)))];
        var rows = Rows.Of(columns);
        var model = TrainedModel.Train(TrainerKind.LightGbm, rows, Rows.Labels(200, row => row % 3 == 0));

        var report = model.CheckParity(rows);

        internalNames.Should().HaveCountGreaterThan(5);
        report.Passed.Should().BeTrue(ParityCheck.Describe(report, rows));
    }

    [Fact]
    public void A_categorical_column_that_the_model_ignores_is_still_an_input()
    {
        var rows = Rows.Of(("x", Enumerable.Range(0, 200).Select(i => (float)i).ToArray()), ("constant", Enumerable.Repeat("same", 200).ToArray()));
        var model = TrainedModel.Train(TrainerKind.LightGbm, rows, Rows.Labels(200, row => row > 100));

        using var scorer = model.Load();

        scorer.Score(rows, TestContext.Current.CancellationToken).Should().HaveCount(200);
    }

    [Fact]
    public void A_model_of_another_encoding_is_refused()
    {
        var model = Train(TrainerKind.LogisticRegression);
        var other = FeatureEncoding.Fit(Rows.Of(("x", new[] { 1f, 2f })));

        var export = () => ModelExport.ToOnnx(other, model.Model, model.Outputs);

        export.Should().Throw<ArgumentException>().WithMessage("*weights, the encoding 1 slots*");
    }

    [Fact]
    public void Trees_of_another_encoding_are_refused()
    {
        var model = Train(TrainerKind.FastTree);
        var other = FeatureEncoding.Fit(Rows.Of(("x", new[] { 1f, 2f })));

        var export = () => ModelExport.ToOnnx(other, model.Model, model.Outputs);

        export.Should().Throw<ArgumentException>().WithMessage("*splits on slot*the encoding has 1 slots*");
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void A_model_of_another_task_is_refused(TrainerKind kind)
    {
        var model = Train(kind);
        ModelOutputs other = model.Outputs is RegressionOutputs ? new BinaryOutputs("yes", "no", 0.5f) : new RegressionOutputs("delay", "min");

        var export = () => ModelExport.ToOnnx(model.Encoding, model.Model, other);

        export.Should().Throw<ArgumentException>().WithMessage($"The model is of the task {model.Outputs.Task}*the outputs are of {other.Task}*");
    }

    [Fact]
    public void A_model_of_another_number_of_classes_is_refused()
    {
        var model = Train(TrainerKind.MaximumEntropy);

        var export = () => ModelExport.ToOnnx(model.Encoding, model.Model, new MulticlassOutputs(["a", "b", "c"]));

        export.Should().Throw<ArgumentException>().WithMessage("*gives 2 numbers, the outputs are of multiclass and 3.*");
    }

    [Fact]
    public void Classes_that_are_not_scored_by_one_softmax_are_refused_with_the_setting_to_change()
    {
        var rows = Rows.Of(("x", Enumerable.Range(0, 90).Select(i => (float)i).ToArray()));
        var encoding = FeatureEncoding.Fit(rows);
        var trainer = new MLContext(seed: 1).MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { NumberOfIterations = 2, NumberOfThreads = 1, UseSoftmax = false });
        var model = trainer.Fit(encoding.ToDataView(rows, RowLabels.OfClasses([.. Enumerable.Range(0, 90).Select(i => i / 30)], ["a", "b", "c"])));

        var export = () => ModelExport.ToOnnx(encoding, model, new MulticlassOutputs(["a", "b", "c"]));

        export.Should().Throw<NotSupportedException>().WithMessage("*become probabilities by ProbabilityNormalization*UseSoftmax = true.");
    }

    [Fact]
    public void A_model_that_no_list_names_is_refused()
    {
        var rows = Rows.Of(("x", new[] { 1f, 2f, 3f }));
        var encoding = FeatureEncoding.Fit(rows);
        var model = new MLContext(seed: 1).Regression.Trainers.LbfgsPoissonRegression().Fit(encoding.ToDataView(rows, RowLabels.OfNumbers([1, 2, 3])));

        var export = () => ModelExport.ToOnnx(encoding, model, new RegressionOutputs("y", null));

        export.Should().Throw<NotSupportedException>().WithMessage("A PoissonRegressionModelParameters can't be exported to ONNX; what LightGBM,*");
    }

    private static TrainedModel Train(TrainerKind kind)
    {
        var random = new Random(3);
        float[] hours = [.. Enumerable.Range(0, 400).Select(_ => random.Next(10) == 0 ? float.NaN : random.Next(24))];
        float[] distances = [.. Enumerable.Range(0, 400).Select(_ => (float)random.NextDouble() * 2000)];
        var rows = Rows.Of(("hour", hours), ("origin", Categories(400)), ("distance", distances), ("destination", Categories(400, seed: 9)));
        return TrainedModel.Train(kind, rows, Rows.Labels(400, row => distances[row] + (random.NextDouble() * 1000) > 1500));
    }

    private static string[] Categories(int count, int seed = 8)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => $"C{random.Next(12)}")];
    }
}
