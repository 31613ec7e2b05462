using Pipeline.Metrics.Binary;

namespace Pipeline.Metrics.Tests.Binary;

public sealed class SingleMetricTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3_000, 7)]
    [InlineData(3_000, 1_000_000)]
    public void Area_and_loss_alone_are_those_of_all_metrics(int rows, int distinct)
    {
        var random = new Random(1);
        var probabilities = Enumerable.Range(0, rows).Select(_ => (float)random.Next(distinct + 1) / distinct).ToArray();
        var labels = probabilities.Select((p, row) => row == 0 || (row > 1 && random.NextDouble() < p)).ToArray();

        var all = BinaryMetrics.Compute(labels, Array.ConvertAll(probabilities, p => (double)p), 0.5);

        RocAuc.Of(labels, probabilities).Should().Be(all[BinaryMetricNames.RocAuc]);
        LogLoss.Mean(labels, probabilities).Should().BeApproximately(all[BinaryMetricNames.LogLoss]!.Value, 1e-12);
    }

    [Fact]
    public void Zeros_of_both_signs_tie() => RocAuc.Of([true, false], [0f, -0f]).Should().Be(0.5);

    [Fact]
    public void Rows_of_one_class_have_no_area()
    {
        RocAuc.Of([true, true], [0.1f, 0.2f]).Should().BeNull();
        RocAuc.Of([], []).Should().BeNull();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1.0001f)]
    [InlineData(-0.1f)]
    public void What_is_no_probability_is_refused(float value)
    {
        var act = () => RocAuc.Of([true], [value]);

        act.Should().Throw<ArgumentException>().WithMessage("*not within 0 to 1*");
    }

    [Fact]
    public void Labels_without_probabilities_are_refused()
    {
        var area = () => RocAuc.Of([true], []);
        var loss = () => LogLoss.Mean([true], []);
        var none = () => LogLoss.Mean([], []);

        area.Should().Throw<ArgumentException>();
        loss.Should().Throw<ArgumentException>();
        none.Should().Throw<ArgumentException>();
    }
}
