using FluentAssertions;
using Pipeline.Delivery.Training;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;
using Xunit;

namespace Pipeline.Delivery.Tests.Training;

public sealed class DecisionThresholdTests
{
    [Fact]
    public void The_threshold_lies_between_the_rows_that_it_divides_and_is_short()
    {
        bool[] labels = [false, false, false, true, true];
        float[] probabilities = [0.01f, 0.1f, 0.2f, 0.3141592f, 0.9f];

        DecisionThreshold.Choose(BinaryMetrics.ByName[BinaryMetricNames.F1], labels, probabilities).Should().Be(0.26f);
    }

    [Fact]
    public void No_other_threshold_is_better_on_those_rows()
    {
        var random = new Random(5);
        var probabilities = Enumerable.Range(0, 150).Select(_ => random.NextSingle() * random.NextSingle()).ToArray();
        var labels = Array.ConvertAll(probabilities, probability => random.NextDouble() < probability);
        var metric = BinaryMetrics.ByName[BinaryMetricNames.BalancedAccuracy];

        var chosen = DecisionThreshold.Choose(metric, labels, probabilities)!.Value;

        double Value(double threshold) => BinaryMetrics.Compute(labels, Array.ConvertAll(probabilities, p => (double)p), threshold)[metric.Name]!.Value;
        Value(chosen).Should().BeApproximately(probabilities.Max(probability => Value(probability)), 1e-12);
        probabilities.Should().NotContain(chosen);
    }

    [Theory]
    [InlineData(new[] { 0.4f, 0.4f, 0.4f })]
    [InlineData(new[] { 0f, 1f, 1f }, 0.5f)]
    [InlineData(new float[0])]
    public void Where_there_is_nothing_to_divide_there_is_no_threshold(float[] probabilities, float? expected = null) =>
        DecisionThreshold.Choose(BinaryMetrics.ByName[BinaryMetricNames.Accuracy], [.. probabilities.Select(probability => probability > 0.5f)], probabilities).Should().Be(expected);

    [Fact]
    public void Neighbours_in_single_precision_are_told_apart()
    {
        var low = 0.3f;

        var chosen = DecisionThreshold.Choose(BinaryMetrics.ByName[BinaryMetricNames.F1], [false, true], [low, MathF.BitIncrement(low)]);

        chosen.Should().Be(MathF.BitIncrement(low));
    }

    [Fact]
    public void Balanced_weights_make_classes_count_alike()
    {
        ClassWeights.Balanced(RowLabels.OfFlags([true, false, false, false])).Should().Equal(2f, 2f / 3, 2f / 3, 2f / 3);
        ClassWeights.Balanced(RowLabels.OfClasses([0, 1, 1, 2], ["a", "b", "c"])).Should().Equal(4f / 3, 2f / 3, 2f / 3, 4f / 3);
        ClassWeights.Balanced(RowLabels.OfNumbers([1, 2])).Should().BeNull();
    }
}
