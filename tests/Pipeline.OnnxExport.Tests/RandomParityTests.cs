namespace Pipeline.OnnxExport.Tests;

public sealed class RandomParityTests
{
    private const int Seeds = 60;

    public static TheoryData<TrainerKind, int> Cases { get; } = new(
        from kind in Enum.GetValues<TrainerKind>() from seed in Enumerable.Range(1, Seeds) select (kind, seed));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_graph_scores_every_row_as_ML_NET_does(TrainerKind kind, int seed)
    {
        var data = new RandomRows(seed);
        var train = data.Next(300);
        var model = TrainedModel.Train(kind, train, data.LabelsOf(train));
        var strange = data.NextStrange(200, [.. model.NumericThresholds()]);

        var onTrain = model.CheckParity(train);
        var onStrange = model.CheckParity(strange);

        onTrain.Passed.Should().BeTrue(ParityCheck.Describe(onTrain, train));
        onStrange.Passed.Should().BeTrue(ParityCheck.Describe(onStrange, strange));
        if (kind != TrainerKind.LogisticRegression)
        {
            onStrange.MaxDifference.Should().Be(0, "doubles are added up in the same order on both sides");
        }
    }
}
