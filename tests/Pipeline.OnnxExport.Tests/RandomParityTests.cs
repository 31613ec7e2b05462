using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

/// <summary>
/// Five hundred small random data sets, each trained by one of the trainers in turn: the file scored by ONNX Runtime as it is, and by the scorer, against ML.NET itself, on the training rows and on rows
/// that no training set has.
/// </summary>
public sealed class RandomParityTests
{
    private const int Seeds = 504;
    private static readonly TrainerKind[] Kinds = Enum.GetValues<TrainerKind>();

    public static TheoryData<TrainerKind> Trainers { get; } = new(Kinds);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Trainers))]
    public void The_graph_answers_every_row_as_ML_NET_does(TrainerKind kind)
    {
        var seeds = Enumerable.Range(0, Seeds).Where(seed => seed % Kinds.Length == (int)kind).ToList();

        var compared = seeds.Count(seed => Check(kind, seed));

        compared.Should().BeGreaterThan(seeds.Count * 3 / 4, "ML.NET trains on most of them");
    }

    // False if ML.NET cannot train on the data set.
    private static bool Check(TrainerKind kind, int seed)
    {
        var data = new RandomRows(seed);
        var train = data.Next(data.Count(1, 80));
        var labels = data.LabelsOf(train, kind);
        var because = $"seed {seed}, {kind}, at most {data.MaxCategories} categories, trained on {DataLiteral.Of(train, labels)}";
        if (Train(kind, train, labels, data) is not { } model)
        {
            return false;
        }

        var onnx = model.ToOnnx();
        GraphStructure.FaultsOf(ModelProto.Parser.ParseFrom(onnx)).Should().BeEmpty("{0}", because);
        using var scorer = OnnxScorer.Load(onnx, model.Encoding.Schema, "the exported model");
        using var plain = new PlainRuntime(onnx);
        var strange = data.NextStrange(60, [.. model.NumericThresholds()]);
        foreach (var rows in new[] { train, strange })
        {
            var exact = ParityCheck.ScoreInMlNet(model.Encoding, model.Model, rows, Token);
            var scored = scorer.Score(rows, Token);
            var parity = ParityCheck.Compare(exact, scored, model.Outputs);
            parity.Passed.Should().BeTrue("{0}, {1}", ParityCheck.Describe(parity, rows), because);
            scored.Should().Equal(plain.Numbers(rows, model.Outputs.Tensor), "{0}", because);
            if (!TrainedModel.IsLinear(kind) && model.Outputs is not MulticlassOutputs)
            {
                parity.MaxDifference.Should().Be(0, "doubles are added up in the same order on both sides, {0}", because);
            }

            if (model.Outputs is MulticlassOutputs)
            {
                plain.Texts(rows, ModelExport.LabelTensor).Should().Equal(scored.Chunk(model.Outputs.Width).Select(answer => model.Outputs.LabelOf(answer)), "{0}", because);
            }
        }

        return true;
    }

    private static TrainedModel? Train(TrainerKind kind, FeatureBatch rows, RowLabels labels, RandomRows data)
    {
        try
        {
            return TrainedModel.Train(kind, rows, labels, trees: data.Count(1, 12), leaves: 6, minExamplesPerLeaf: data.Count(1, 4), data.MaxCategories);
        }
        catch (ArgumentNullException e) when (kind is TrainerKind.LightGbm or TrainerKind.RegressionLightGbm && e.ParamName == "items")
        {
            // The fault of ML.NET that EdgeCaseParityTests tells of.
            return null;
        }
    }
}
