using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Tests.Statistics;

public sealed class HomogeneityTestTests
{
    [Fact]
    public void Where_no_bin_is_rare_it_is_chi_squared()
    {
        long[] reference = [300, 200, 100, 0, 400], current = [25, 30, 15, 0, 30];

        var test = HomogeneityTest.Test(reference, current, areNeighbours: false);

        test.Should().Be(ChiSquaredTest.Test(reference, current));
        test.DegreesOfFreedom.Should().Be(3);
        test.IsApproximate.Should().BeFalse();
    }

    [Fact]
    public void All_in_one_bin_is_no_difference() => HomogeneityTest.Test([0, 1_000, 0], [0, 40, 0], areNeighbours: true).PValue.Should().Be(1);

    [Fact]
    public void Two_bins_are_two_rates() => HomogeneityTest.Test([995, 0, 5], [97, 0, 3], areNeighbours: false).Should().Be(TwoProportionTest.Test(995, 1_000, 97, 100));

    [Fact]
    public void One_row_in_a_rare_bin_proves_nothing()
    {
        long[] reference = [500, 300, 198, 1, 1, 0], current = [25, 15, 9, 0, 0, 1];

        ChiSquaredTest.Test(reference, current).PValue.Should().BeLessThan(0.01);
        HomogeneityTest.Test(reference, current, areNeighbours: false).PValue.Should().BeGreaterThan(0.2);
        HomogeneityTest.Test(reference, current, areNeighbours: true).PValue.Should().BeGreaterThan(0.2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rare_bins_that_trade_places_in_a_group_do_not_hide(bool areNeighbours)
    {
        long[] reference = [400, 400, 96, 10, 94], current = [40, 40, 0, 14, 6];

        var test = HomogeneityTest.Test(reference, current, areNeighbours);

        test.PValue.Should().BeLessThan(1e-4);
        test.IsApproximate.Should().BeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows_of_one_law_are_rarely_told_apart_however_rare_the_bins(int seed)
    {
        const int Rounds = 4_000;
        var random = new Random(seed);
        var (chiSquared, homogeneity) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            // Shares that halve from bin to bin: the last comes less than once in a thousand rows.
            var (reference, current) = (Draw(1_000), Draw(60));
            chiSquared += ChiSquaredTest.Test(reference, current).PValue <= 0.001 ? 1 : 0;
            homogeneity += HomogeneityTest.Test(reference, current, areNeighbours: round % 2 == 0).PValue <= 0.001 ? 1 : 0;
        }

        homogeneity.Should().BeLessOrEqualTo(Rounds / 1_000 * 3);
        chiSquared.Should().BeGreaterThan(Rounds / 1_000 * 5, "otherwise there would be no need for another test");

        long[] Draw(int rows)
        {
            var counts = new long[12];
            for (var row = 0; row < rows; row++)
            {
                counts[Math.Min(11, (int)-Math.Log2(1 - random.NextDouble()))]++;
            }

            return counts;
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void P_values_are_sound_for_any_counts_and_do_not_depend_on_sides_or_the_order_of_unordered_bins(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var bins = random.Next(1, 60);
            var (reference, current) = (Draw(), Draw());
            int[] order = [.. Enumerable.Range(0, bins)];
            random.Shuffle(order);

            var test = HomogeneityTest.Test(reference, current, areNeighbours: true);
            var unordered = HomogeneityTest.Test(reference, current, areNeighbours: false);

            test.PValue.Should().BeInRange(0, 1);
            double.IsFinite(test.Statistic).Should().BeTrue();
            HomogeneityTest.Test(current, reference, areNeighbours: true).PValue.Should().BeApproximately(test.PValue, 1e-9);
            ChiSquaredTest.Test([.. order.Select(bin => reference[bin])], [.. order.Select(bin => current[bin])]).PValue.Should().BeApproximately(ChiSquaredTest.Test(reference, current).PValue, 1e-9);
            unordered.PValue.Should().BeInRange(0, 1);

            long[] Draw()
            {
                long[] counts = [.. Enumerable.Range(0, bins).Select(_ => random.Next(3) == 0 ? 0 : (long)Math.Pow(10, random.NextDouble() * random.Next(1, 8)))];
                counts[random.Next(bins)]++;
                return counts;
            }
        }
    }
}
