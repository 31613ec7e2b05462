using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
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
            ScoreGraph.CutFrom(ModelProto.Parser.ParseFrom(onnx).Graph, model.Encoding.Schema)?.Calibration.Should().NotBeNull("what the exporter writes is known");
            AssertScoresAsTheFile(onnx, model, rows, seed);
        });
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Scoring_by_codes_gives_it_too(TrainerKind kind)
    {
        ForEach(kind, (model, rows, seed) =>
        {
            // Somebody asks for a column in two ways: no vectors can be made of that.
            var graph = ModelProto.Parser.ParseFrom(model.ToOnnx());
            graph.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { graph.Graph.Input[0].Name }, Output = { "echo" } });
            graph.Graph.Output.Add(new ValueInfoProto { Name = "echo", Type = graph.Graph.Input[0].Type.Clone() });

            ScoreGraph.CutFrom(graph.Graph.Clone(), model.Encoding.Schema).Should().BeNull();
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
            graph.Graph.Node[^1].Output[0] = "almost";
            graph.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "almost" }, Output = { BinaryOutputs.TensorName } });

            var cut = ScoreGraph.CutFrom(graph.Graph.Clone(), model.Encoding.Schema);
            cut.Should().NotBeNull();
            cut!.Calibration.Should().BeNull();
            AssertScoresAsTheFile(graph.ToByteArray(), model, rows, seed);
        });
    }

    [Fact]
    public void A_graph_of_another_form_is_left_alone()
    {
        var model = Enumerable.Range(1, 10).Select(seed => Trained(TrainerKind.LogisticRegression, new RandomRows(seed), out _)).First(trained => trained.Encoding.Schema is { Numeric.Count: > 0, Categorical.Count: > 0 });
        var exported = ModelProto.Parser.ParseFrom(model.ToOnnx());
        Action<NodeProto>[] changes =
        [
            node => Change(node, "OneHotEncoder", () => Attribute(node, "zeros").I = 0),
            node => Change(node, "OneHotEncoder", () => Attribute(node, "cats_strings").Strings.Add(Attribute(node, "cats_strings").Strings[0])),
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
        var model = TrainedModel.Train(kind, train, data.LabelsOf(train));
        rows = data.NextStrange(300, [.. model.NumericThresholds()]);
        return model;
    }

    private static void AssertScoresAsTheFile(byte[] onnx, TrainedModel model, FeatureBatch rows, int seed)
    {
        using var scorer = OnnxScorer.Load(onnx, model.Encoding.Schema, "the exported model");
        using var file = new InferenceSession(onnx);
        scorer.Score(rows, TestContext.Current.CancellationToken).Should().Equal(ScoreStrings(file, rows), "of seed {0}", seed);
    }

    private static float[] ScoreStrings(InferenceSession session, FeatureBatch rows)
    {
        var values = new Dictionary<string, OrtValue>();
        try
        {
            var numeric = rows.Schema.Numeric.Count;
            if (numeric > 0)
            {
                values[FeatureSchema.NumericInput] = OrtValue.CreateTensorValueFromMemory(rows.Numeric[..(rows.RowCount * numeric)], [rows.RowCount, numeric]);
            }

            foreach (var (feature, column) in rows.Schema.Categorical.Zip(rows.Categories))
            {
                var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows.RowCount, 1]);
                values[feature.Name] = tensor;
                for (var row = 0; row < rows.RowCount; row++)
                {
                    tensor.StringTensorSetElementAt(column[row].AsSpan(), row);
                }
            }

            using var options = new RunOptions();
            using var outputs = session.Run(options, values, [BinaryOutputs.TensorName]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }
}
