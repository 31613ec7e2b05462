using System.Numerics;
using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Tests.Statistics;

public sealed class FisherExactTestTests
{
    [Theory]
    [InlineData(3, 4, 1, 4, 0.4857142857142857)] // Fisher's lady tasting tea, two-sided
    [InlineData(8, 10, 1, 6, 0.03496503496503495)] // whales and sharks of scipy's document
    [InlineData(6, 8, 1, 5, 0.10256410256410256)]
    public void P_values_are_the_published_ones(long referenceHits, long referenceRows, long currentHits, long currentRows, double expected) =>
        FisherExactTest.PValue(referenceHits, referenceRows, currentHits, currentRows).Should().BeApproximately(expected, 1e-12);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void P_values_are_those_of_counting_every_division(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (rows, rowsNow) = (random.Next(1, 60), random.Next(1, 60));
            var (hits, hitsNow) = (random.Next(0, rows + 1), random.Next(0, rowsNow + 1));

            FisherExactTest.PValue(hits, rows, hitsNow, rowsNow).Should().BeApproximately(Counted(hits, rows, hitsNow, rowsNow), 1e-10, "{0} of {1} v. {2} of {3}", hits, rows, hitsNow, rowsNow);
        }
    }

    [Fact]
    public void Rates_of_0_on_one_side_are_tested_exactly()
    {
        // All four hits on the lesser side: (100 · 99 · 98 · 97) / (1100 · 1099 · 1098 · 1097), and no other division is as unlikely.
        var test = TwoProportionTest.Test(0, 1_000, 4, 100);

        test.Name.Should().Be("fisher");
        test.Statistic.Should().BeApproximately(0.04, 1e-12);
        test.PValue.Should().BeApproximately(100d * 99 * 98 * 97 / (1_100d * 1_099 * 1_098 * 1_097), 1e-15);
        TwoProportionTest.Test(0, 1_000, 0, 100).PValue.Should().Be(1);
        TwoProportionTest.Test(1_000, 1_000, 100, 100).PValue.Should().Be(1);
        TwoProportionTest.Test(0, 1_000, 100, 100).PValue.Should().BeLessThan(1e-100).And.BeGreaterOrEqualTo(0);
        TwoProportionTest.Test(1_000_000_000, 1_000_000_000, 0, 1_000_000_000).PValue.Should().Be(0);
    }

    [Fact]
    public void Where_enough_is_expected_the_test_is_chi_squared_and_near_the_exact_one()
    {
        var test = TwoProportionTest.Test(1_000, 5_000, 260, 1_000);

        test.Name.Should().Be("chi2");
        test.DegreesOfFreedom.Should().Be(1);
        test.PValue.Should().BeApproximately(FisherExactTest.PValue(1_000, 5_000, 260, 1_000), 1e-5);
    }

    [Theory]
    [InlineData(-1, 5, 0, 5)]
    [InlineData(6, 5, 0, 5)]
    [InlineData(0, 0, 0, 5)]
    [InlineData(0, 5, 6, 5)]
    public void Hits_that_are_not_among_the_rows_are_refused(long referenceHits, long referenceRows, long currentHits, long currentRows)
    {
        var test = () => TwoProportionTest.Test(referenceHits, referenceRows, currentHits, currentRows);

        test.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static double Counted(int hits, int rows, int hitsNow, int rowsNow)
    {
        var all = hits + hitsNow;
        var seen = Ways(rows, hits) * Ways(rowsNow, hitsNow);
        var (sum, unlikely) = (BigInteger.Zero, BigInteger.Zero);
        for (var now = Math.Max(0, all - rows); now <= Math.Min(all, rowsNow); now++)
        {
            var ways = Ways(rows, all - now) * Ways(rowsNow, now);
            sum += ways;
            unlikely += ways <= seen ? ways : 0;
        }

        return Math.Exp(BigInteger.Log(unlikely) - BigInteger.Log(sum));
    }

    private static BigInteger Ways(int of, int some)
    {
        var ways = BigInteger.One;
        for (var i = 1; i <= some; i++)
        {
            ways = ways * (of - some + i) / i;
        }

        return ways;
    }
}
