using Google.Protobuf;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

/// <summary>What the scorer makes of a graph, against the file itself in ONNX Runtime, with strings.</summary>
public sealed class RewrittenGraphTests
{
    public static TheoryData<TrainerKind> Trainers { get; } = new(Enum.GetValues<TrainerKind>());

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Scoring_by_vectors_gives_what_the_file_itself_gives_for_strings(TrainerKind kind)
    {
        ForEach(kind, (model, rows, seed) =>
        {
            var onnx = model.ToOnnx();
            var graph = ModelProto.Parser.ParseFrom(onnx).Graph;
            UnaskedOutputs.Remove(graph);
            var cut = ScoreGraph.CutFrom(graph, model.Encoding.Schema);
            cut.Should().NotBeNull("what the exporter writes is known");
            (cut!.Calibration is not null).Should().Be(model.Outputs is BinaryOutputs);
            cut.IsColumn.Should().Be(model.Outputs is not MulticlassOutputs && !TrainedModel.IsLinear(kind), "[N, 1] needs no operator to become [N]");
            AssertScoresAsTheFile(onnx, model, rows, seed);
        });
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Scoring_by_codes_gives_it_too(TrainerKind kind)
    {
        ForEach(kind, (model, rows, seed) =>
        {
            // Something stands between the vectors and what is made of them.
            var graph = ModelProto.Parser.ParseFrom(model.ToOnnx());
            var main = graph.Graph.Node.First(node => node.OpType is "TreeEnsembleRegressor" or "MatMul");
            var widened = graph.Graph.Node.Single(node => node.Output.Contains(main.Input[0]));
            var between = new NodeProto { OpType = "Identity", Input = { widened.Input[0] }, Output = { "between" } };
            widened.Input[0] = "between";
            graph.Graph.Node.Insert(graph.Graph.Node.IndexOf(widened), between);

            var whole = graph.Graph.Clone();
            UnaskedOutputs.Remove(whole);
            ScoreGraph.CutFrom(whole, model.Encoding.Schema).Should().BeNull();
            AssertScoresAsTheFile(graph.ToByteArray(), model, rows, seed);
        });
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void A_graph_that_ends_in_another_way_keeps_its_end_and_gives_the_same(TrainerKind kind)
    {
        ForEach(kind, (model, rows, seed) =>
        {
            var graph = ModelProto.Parser.ParseFrom(model.ToOnnx());
            graph.Graph.Node.Single(node => node.Output.Contains(model.Outputs.Tensor)).Output[0] = "almost";
            graph.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "almost" }, Output = { model.Outputs.Tensor } });

            var whole = graph.Graph.Clone();
            UnaskedOutputs.Remove(whole);
            var cut = ScoreGraph.CutFrom(whole, model.Encoding.Schema);
            cut.Should().NotBeNull();
            cut!.Calibration.Should().BeNull();
            cut.Answer.Should().BeNull();
            AssertScoresAsTheFile(graph.ToByteArray(), model, rows, seed);
        });
    }

    [Fact]
    public void A_graph_of_another_form_is_left_alone()
    {
        var model = Enumerable.Range(1, 50).Select(seed => Trained(TrainerKind.LogisticRegression, new RandomRows(seed), out _))
            .First(trained => trained.Encoding.Schema is { Numeric.Count: > 0, Categorical: var categorical } && categorical.Any(feature => feature.OtherValues is not null));
        var exported = ModelProto.Parser.ParseFrom(model.ToOnnx());
        Action<NodeProto>[] changes =
        [
            node => Change(node, "OneHotEncoder", () => Attribute(node, "zeros").I = 0),
            node => Change(node, "OneHotEncoder", () => Attribute(node, "cats_strings").Strings.Add(Attribute(node, "cats_strings").Strings[0])),
            node => Change(node, "LabelEncoder", () => Attribute(node, "default_float").F = 2),
            node => Change(node, "LabelEncoder", () => Attribute(node, "values_floats").Floats[0] = 1),
            node => Change(node, "LabelEncoder", () => Attribute(node, "keys_strings").Strings[0] = ByteString.CopyFromUtf8("unknown to the schema")),
            node => Change(node, "LabelEncoder", () => node.Input[0] = FeatureSchema.NumericInput),
            node => Change(node, "Concat", () => Attribute(node, "axis").I = 0),
            node => Change(node, "Clip", () => node.OpType = "Min"),
            node => Change(node, "Where", () => node.Input[2] = "something else"),
            node => Change(node, "IsNaN", () => node.OpType = "IsInf"),
            node => Change(node, "Squeeze", () => node.Input.RemoveAt(1)),
        ];
        foreach (var change in changes)
        {
            var changed = exported.Clone();
            foreach (var node in changed.Graph.Node)
            {
                change(node);
            }

            changed.Equals(exported).Should().BeFalse("the change is one");
            var before = changed.Clone();
            ScoreGraph.CutFrom(changed.Graph, model.Encoding.Schema).Should().BeNull();
            changed.Equals(before).Should().BeTrue("what is not cut is not touched");
        }
    }

    private static void Change(NodeProto node, string operation, Action change)
    {
        if (node.OpType == operation)
        {
            change();
        }
    }

    private static AttributeProto Attribute(NodeProto node, string name) => node.Attribute.Single(attribute => attribute.Name == name);

    private static void ForEach(TrainerKind kind, Action<TrainedModel, FeatureBatch, int> check)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var model = Trained(kind, new RandomRows(seed), out var rows);
            check(model, rows, seed);
        }
    }

    private static TrainedModel Trained(TrainerKind kind, RandomRows data, out FeatureBatch rows)
    {
        var train = data.Next(300);
        var model = TrainedModel.Train(kind, train, data.LabelsOf(train, kind), maxCategories: data.MaxCategories);
        rows = data.NextStrange(300, [.. model.NumericThresholds()]);
        return model;
    }

    private static void AssertScoresAsTheFile(byte[] onnx, TrainedModel model, FeatureBatch rows, int seed)
    {
        using var scorer = OnnxScorer.Load(onnx, model.Encoding.Schema, "the exported model");
        using var file = new PlainRuntime(onnx);
        scorer.Score(rows, TestContext.Current.CancellationToken).Should().Equal(file.Numbers(rows, model.Outputs.Tensor), "of seed {0}", seed);
    }
}
