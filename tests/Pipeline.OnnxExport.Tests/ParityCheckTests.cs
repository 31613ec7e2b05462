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
        report.MlNetProbability.Should().Be(0.2f);
        report.OnnxProbability.Should().Be(0.25f);
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
