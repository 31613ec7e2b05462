using Pipeline.Delivery.SmokeTests.Operations;

namespace Pipeline.Delivery.Tests.SmokeTests.Operations;

public sealed class MedianBoundsTests
{
    private static readonly double[] Nine = [9, 2, 7, 4, 5, 6, 3, 8, 1];

    [Fact]
    public void Of_nine_values_the_second_and_the_eighth_bound_the_median()
    {
        MedianBounds.Median(Nine).Should().Be(5);
        MedianBounds.Interval(Nine).Should().BeEquivalentTo(new { Low = 2.0, High = 8.0, MedianBounds.Method });
        MedianBounds.Upper(Nine).Should().Be(8);
    }

    [Theory]
    [InlineData(4, false, false)]
    [InlineData(5, false, true)]
    [InlineData(6, true, true)]
    public void Few_values_bound_nothing(int count, bool hasInterval, bool hasUpper)
    {
        double[] values = [.. Nine.Take(count)];

        (MedianBounds.Interval(values) is not null).Should().Be(hasInterval);
        (MedianBounds.Upper(values) is not null).Should().Be(hasUpper);
    }

    [Fact]
    public void The_median_of_an_even_number_of_values_lies_between_the_two_in_the_middle() => MedianBounds.Median([4, 1, 3, 2]).Should().Be(2.5);

    /// <summary>The bound that is claimed: at most one of twenty samples has its median's upper bound below the true median.</summary>
    [Fact]
    public void The_upper_bound_holds_as_often_as_it_says()
    {
        var random = new Random(1);
        const int Samples = 4_000;

        // Skewed, as times are; the true median is ln 2.
        var held = Enumerable.Range(0, Samples).Count(_ => MedianBounds.Upper([.. Enumerable.Range(0, 9).Select(_ => -Math.Log(1 - random.NextDouble()))]) >= Math.Log(2));

        ((double)held / Samples).Should().BeInRange(0.97, 0.99, "of nine values it is 98 %");
    }
}
