using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class MulticlassExportTests
{
    public static TheoryData<TrainerKind> Trainers { get; } = new(TrainerKind.MulticlassLightGbm, TrainerKind.MaximumEntropy);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Names_of_classes_come_out_as_they_went_in(TrainerKind kind)
    {
        string[] names = ["", "  ", "\"quoted\"", "größe", "日本", "🙂", "a\0b", "a,b\n"];
        var rows = Rows.Of(("x", Enumerable.Range(0, 240).Select(row => (float)(row % names.Length)).ToArray()));
        var labels = RowLabels.OfClasses([.. Enumerable.Range(0, 240).Select(row => row % names.Length)], names);
        var model = TrainedModel.Train(kind, rows, labels, trees: 50);
        using var plain = new PlainRuntime(model.ToOnnx());
        using var scorer = model.Load();

        var texts = plain.Texts(rows, ModelExport.LabelTensor);

        texts.Should().Equal(scorer.Score(rows, Token).Chunk(names.Length).Select(answer => model.Outputs.LabelOf(answer)));
        texts.Distinct().Should().HaveCountGreaterThan(2).And.BeSubsetOf(names);
        if (kind == TrainerKind.MulticlassLightGbm)
        {
            texts.Distinct().Should().BeEquivalentTo(names, "each class has a value of its own, which trees can single out");
        }
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Of_classes_that_tie_the_first_is_the_label(TrainerKind kind)
    {
        // Nothing tells the classes apart, and each has as many rows.
        var rows = Rows.Of(("x", Enumerable.Repeat(1f, 90).ToArray()));
        var model = TrainedModel.Train(kind, rows, RowLabels.OfClasses([.. Enumerable.Range(0, 90).Select(row => row % 3)], ["a", "b", "c"]));
        using var plain = new PlainRuntime(model.ToOnnx());

        plain.Numbers(rows, MulticlassOutputs.TensorName).Should().OnlyContain(probability => Math.Abs(probability - (1f / 3)) < 1e-6);
        if (kind == TrainerKind.MulticlassLightGbm)
        {
            plain.Texts(rows, ModelExport.LabelTensor).Should().OnlyContain(label => label == "a");
        }
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void A_class_of_one_row_and_one_of_none_are_exported_and_answer_alike(TrainerKind kind)
    {
        var rows = Rows.Of(("x", Enumerable.Range(0, 100).Select(row => (float)row).ToArray()));
        var labels = RowLabels.OfClasses([.. Enumerable.Range(0, 100).Select(row => row == 0 ? 0 : row < 50 ? 1 : 2)], ["rare", "low", "high", "never"]);
        var model = TrainedModel.Train(kind, rows, labels);

        var report = model.CheckParity(rows);

        report.Passed.Should().BeTrue(ParityCheck.Describe(report, rows));
        using var scorer = model.Load();
        scorer.Score(rows, Token).Chunk(4).Should().OnlyContain(answer => answer[3] < 0.1, "what was never seen is improbable");
    }

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Two_classes_have_two_probabilities_that_add_up_to_one(TrainerKind kind)
    {
        var data = new RandomRows(5);
        var rows = data.Next(200);
        var labels = RowLabels.OfClasses([.. Enumerable.Range(0, 200).Select(row => row % 3 == 0 ? 0 : 1)], ["one", "other"]);
        using var scorer = TrainedModel.Train(kind, rows, labels).Load();

        scorer.Tensor.Should().Be("probabilities");
        scorer.Score(rows, Token).Chunk(2).Should().OnlyContain(answer => Math.Abs(answer.Sum() - 1) < 1e-6);
    }
}
