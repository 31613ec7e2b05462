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
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public void Few_values_bound_nothing(int count, bool hasInterval) => (MedianBounds.Interval([.. Nine.Take(count)]) is not null).Should().Be(hasInterval);

    [Fact]
    public void Of_27_values_seven_at_each_end_move_nothing() => MedianBounds.Interval([.. Enumerable.Range(1, 27).Select(i => (double)i)]).Should().BeEquivalentTo(new { Low = 8.0, High = 20.0 });

    [Fact]
    public void The_median_of_an_even_number_of_values_lies_between_the_two_in_the_middle() => MedianBounds.Median([4, 1, 3, 2]).Should().Be(2.5);

    /// <summary>The bound that is claimed: at most one of forty samples has its median's upper bound below the true median.</summary>
    [Fact]
    public void The_upper_bound_holds_as_often_as_it_says()
    {
        var random = new Random(1);
        const int Samples = 4_000;

        // Skewed, as times are; the true median is ln 2.
        var held = Enumerable.Range(0, Samples).Count(_ => MedianBounds.Interval([.. Enumerable.Range(0, 9).Select(_ => -Math.Log(1 - random.NextDouble()))])!.High >= Math.Log(2));

        ((double)held / Samples).Should().BeInRange(0.975, 0.99, "of nine values it is 98 %");
    }
}
