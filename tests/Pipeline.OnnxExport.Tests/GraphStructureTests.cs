using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

public sealed class GraphStructureTests
{
    public static TheoryData<TrainerKind> Trainers { get; } = new(Enum.GetValues<TrainerKind>());

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Every_tensor_is_made_once_before_it_is_asked_for_and_nothing_is_left_over(TrainerKind kind)
    {
        foreach (var maxCategories in new[] { 2, int.MaxValue })
        {
            var model = Model(kind, maxCategories);

            GraphStructure.FaultsOf(ModelProto.Parser.ParseFrom(model.ToOnnx())).Should().BeEmpty();
        }
    }

    [Fact]
    public void Faults_are_found()
    {
        (Action<ModelProto> Change, string Fault)[] cases =
        [
            (model => model.OpsetImport.RemoveAt(1), "*is of 'ai.onnx.ml', which is not imported"),
            (model => model.OpsetImport.Add(model.OpsetImport[0]), "'' is imported twice"),
            (model => model.Graph.Node.RemoveAt(0), "*asks for*which nothing gives before it"),
            (model => model.Graph.Node.Add(model.Graph.Node[0].Clone()), "*gives*which is there"),
            (model => model.Graph.Node[1].Name = model.Graph.Node[0].Name, "node*is there twice*"),
            (model => model.Graph.Input.Add(model.Graph.Input[0].Clone()), "tensor*is there twice*"),
            (model => model.Graph.Node.Add(new NodeProto { Name = "n", OpType = "Identity", Input = { model.Graph.Input[0].Name }, Output = { "o" } }), "nobody asks for what n gives"),
            (model => model.Graph.Initializer.Add(new TensorProto { Name = "c", Dims = { 1 }, Int64Data = { 1 } }), "nobody asks for the constant 'c'"),
            (model => model.Graph.Initializer[0].Dims[0]++, "the constant*values for the shape*"),
            (model => model.Graph.Output[0].Type.TensorType.Shape.Dim.Clear(), "'probabilities' is neither [[]N[]] nor*"),
            (model => model.Graph.Output[0].Name = "other", "nothing gives the output 'other'"),
        ];
        var onnx = Model(TrainerKind.MaximumEntropy, int.MaxValue).ToOnnx();
        foreach (var (change, fault) in cases)
        {
            var model = ModelProto.Parser.ParseFrom(onnx);
            change(model);

            GraphStructure.FaultsOf(model).Should().ContainMatch(fault.Replace("[[]", "[", StringComparison.Ordinal).Replace("[]]", "]", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void The_file_in_ONNX_Runtime_answers_as_ML_NET_does(TrainerKind kind)
    {
        var model = Model(kind, maxCategories: 2);
        var data = new RandomRows(21);
        var rows = data.NextStrange(200, [.. model.NumericThresholds()]);
        using var plain = new PlainRuntime(model.ToOnnx());

        var parity = ParityCheck.Compare(
            ParityCheck.ScoreInMlNet(model.Encoding, model.Model, rows, TestContext.Current.CancellationToken), plain.Numbers(rows, model.Outputs.Tensor), model.Outputs);

        parity.Passed.Should().BeTrue(ParityCheck.Describe(parity, rows));
    }

    private static TrainedModel Model(TrainerKind kind, int maxCategories)
    {
        // A seed whose columns are of both kinds, with more than two categories.
        var data = new RandomRows(21);
        var rows = data.Next(200);
        rows.Schema.Numeric.Should().NotBeEmpty();
        rows.Categories.Should().Contain(column => column.Distinct().Count() > 3);
        return TrainedModel.Train(kind, rows, data.LabelsOf(rows, kind), maxCategories: maxCategories);
    }
}
