using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class BoostingHistoryTests
{
    private const int Seeds = 12;

    private static readonly TrainerKind[] Boosted = [.. Enum.GetValues<TrainerKind>().Where(kind => !TrainedModel.IsLinear(kind))];

    public static TheoryData<TrainerKind> BoostedTrainers { get; } = new(Boosted);

    public static TheoryData<TrainerKind, int> Cases { get; } = new(from kind in Boosted from seed in Enumerable.Range(1, Seeds) select (kind, seed));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_last_step_answers_as_the_graph_does(TrainerKind kind, int seed)
    {
        var data = new RandomRows(seed);
        var train = data.Next(300);
        var model = TrainedModel.Train(kind, train, data.LabelsOf(train, kind));
        var strange = data.NextStrange(200, [.. model.NumericThresholds()]);
        var history = BoostingHistory.Of(model.Encoding, model.Model)!;
        using var scorer = model.Load();

        var last = history.Answers(strange, [history.Trees], Token)[0];

        history.Width.Should().Be(model.Outputs.Width);
        var parity = ParityCheck.Compare(last, scorer.Score(strange, Token), model.Outputs, 1e-7);
        parity.Passed.Should().BeTrue(ParityCheck.Describe(parity, strange));
    }

    [Theory]
    [MemberData(nameof(BoostedTrainers))]
    public void An_earlier_step_is_the_model_that_was_trained_with_fewer_trees(TrainerKind kind)
    {
        var data = new RandomRows(3);
        var rows = data.Next(3_000);
        var labels = data.LabelsOf(rows, kind);
        var whole = TrainedModel.Train(kind, rows, labels, trees: 20);
        var part = TrainedModel.Train(kind, rows, labels, trees: 7);

        var steps = BoostingHistory.Of(whole.Encoding, whole.Model)!.Answers(rows, [1, 7, 20], Token);

        steps[1].Should().Equal(ParityCheck.ScoreInMlNet(part.Encoding, part.Model, rows, Token));
        steps[2].Should().Equal(ParityCheck.ScoreInMlNet(whole.Encoding, whole.Model, rows, Token));
    }

    [Fact]
    public void A_linear_model_has_none()
    {
        var data = new RandomRows(1);
        var train = data.Next(100);
        var model = TrainedModel.Train(TrainerKind.LogisticRegression, train, data.LabelsOf(train, TrainerKind.LogisticRegression));

        BoostingHistory.Of(model.Encoding, model.Model).Should().BeNull();
    }
}
