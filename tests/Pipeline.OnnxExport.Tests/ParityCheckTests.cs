using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class ParityCheckTests
{
    private static readonly BinaryOutputs Outputs = new("yes", "no", 0.5f);

    [Fact]
    public void Equal_scores_pass()
    {
        var report = ParityCheck.Compare([0.1f, 0.9f], [0.1f, 0.9f], Outputs);

        report.Should().Be(new ParityReport(2, 0, 0, 0.1f, 0.1f, 0, 1e-5));
        report.Passed.Should().BeTrue();
    }

    [Fact]
    public void The_row_of_the_greatest_difference_is_named()
    {
        var report = ParityCheck.Compare([0.1f, 0.2f, 0.3f], [0.1f, 0.25f, 0.31f], Outputs);

        report.WorstRow.Should().Be(1);
        report.MlNetAnswer.Should().Be(0.2f);
        report.OnnxAnswer.Should().Be(0.25f);
        report.MaxDifference.Should().BeApproximately(0.05, 1e-7);
        report.Passed.Should().BeFalse();
    }

    [Fact]
    public void A_small_difference_that_turns_a_label_does_not_pass()
    {
        var report = ParityCheck.Compare([0.5f], [MathF.BitDecrement(0.5f)], Outputs);

        report.MaxDifference.Should().BeLessThan(1e-7);
        report.LabelDisagreements.Should().Be(1);
        report.Passed.Should().BeFalse();
    }

    [Theory]
    [InlineData(float.NaN, 0.3f)]
    [InlineData(0.3f, float.NaN)]
    [InlineData(float.NaN, float.NaN)]
    public void A_NaN_anywhere_is_the_worst_row_and_does_not_pass(float mlNet, float onnx)
    {
        var report = ParityCheck.Compare([0.1f, mlNet, 0.9f, mlNet], [0.4f, onnx, 0.1f, onnx], Outputs);

        report.WorstRow.Should().Be(1);
        report.MaxDifference.Should().Be(double.NaN);
        report.Passed.Should().BeFalse();
    }

    [Fact]
    public void Of_several_classes_the_one_that_differs_most_is_named()
    {
        var report = ParityCheck.Compare([0.2f, 0.3f, 0.5f, 0.2f, 0.3f, 0.5f], [0.2f, 0.3f, 0.5f, 0.21f, 0.1f, 0.69f], new MulticlassOutputs(["a", "b", "c"]));

        (report.Rows, report.WorstRow, report.MlNetAnswer, report.OnnxAnswer, report.LabelDisagreements).Should().Be((2, 1, 0.3f, 0.1f, 0));
        report.MaxDifference.Should().BeApproximately(0.2, 1e-7);
    }

    [Fact]
    public void Of_several_classes_a_label_that_turns_is_counted()
    {
        var report = ParityCheck.Compare([0.5f, 0.5f], [0.5f, MathF.BitIncrement(0.5f)], new MulticlassOutputs(["a", "b"]));

        (report.LabelDisagreements, report.Passed).Should().Be((1, false));
    }

    [Fact]
    public void Large_numbers_may_differ_by_a_share_and_have_no_labels()
    {
        var outputs = new RegressionOutputs("delay", "min");

        ParityCheck.Compare([1e6f], [1e6f + 1], outputs).Passed.Should().BeTrue();
        var report = ParityCheck.Compare([0.5f, 1_000], [0.5f, 1_001], outputs);

        report.MaxDifference.Should().BeApproximately(1e-3, 1e-6);
        (report.WorstRow, report.LabelDisagreements, report.Passed).Should().Be((1, 0, false));
    }

    [Fact]
    public void A_number_near_zero_among_large_ones_may_differ_by_a_share_of_those()
    {
        var report = ParityCheck.Compare([300_000, 0.5f], [300_000, 0.75f], new RegressionOutputs("price", null));

        report.MaxDifference.Should().BeApproximately(0.25 / (300_000 / Math.Sqrt(2)), 1e-9);
        report.Passed.Should().BeTrue();
    }

    [Fact]
    public void No_rows_prove_nothing() => ParityCheck.Compare([], [], Outputs).Passed.Should().BeFalse();

    [Fact]
    public void The_description_gives_the_worst_rows_values_in_the_columns_order()
    {
        var rows = Rows.Of(("origin", new[] { "ATL", FeatureSchema.MissingCategory }), ("hour", new[] { 7.5f, float.NaN }));
        var report = ParityCheck.Compare([0.1f, 0.2f], [0.1f, 0.25f], Outputs);

        ParityCheck.Describe(report, rows).Should().Be(
            "2 rows, greatest difference 0.05 (tolerance 1E-05), 0 labels differ; worst is row 1: ML.NET 0.2, ONNX Runtime 0.25, for origin = missing, hour = missing");
        ParityCheck.Describe(report with { WorstRow = 0 }, rows).Should().EndWith("for origin = 'ATL', hour = 7.5");
    }
}
