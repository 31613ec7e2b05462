using Pipeline.Delivery.SmokeTests.Operations;

namespace Pipeline.Delivery.Tests.SmokeTests.Operations;

public sealed class BlockedTimesTests
{
    // 1 to 300 in three blocks, out of order.
    private static readonly BlockedTimes Times = new([Range(201), Range(1), Range(101)]);

    [Theory]
    [InlineData(0.5, 150)]
    [InlineData(0.99, 297)]
    [InlineData(1, 300)]
    [InlineData(0.001, 1)]
    public void A_percentile_is_the_least_time_that_the_share_does_not_exceed(double share, double expected) => Times.At(share, [1, 1, 1]).Should().Be(expected);

    [Fact]
    public void A_block_counts_as_often_as_it_was_drawn()
    {
        Times.At(0.5, [0, 3, 0]).Should().Be(50);
        Times.At(0.99, [1, 2, 0]).Should().Be(297);
        Times.At(0.5, [2, 1, 0]).Should().Be(225);
    }

    private static IReadOnlyList<double> Range(int from) => [.. Enumerable.Range(from, 100).Reverse().Select(i => (double)i)];
}
