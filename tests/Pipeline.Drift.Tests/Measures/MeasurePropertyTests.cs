using Pipeline.Drift.Measures;

namespace Pipeline.Drift.Tests.Measures;

public sealed class MeasurePropertyTests
{
    private static readonly Func<IReadOnlyList<long>, IReadOnlyList<long>, double>[] Distances =
        [PopulationStabilityIndex.Of, AdjustedPsi.OfJeffreysShares, JensenShannonDistance.Of, LInfinityDistance.Of, TotalVariationDistance.Of];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_distance_is_finite_never_negative_symmetric_0_from_itself_and_knows_no_order_of_bins(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 1_000; round++)
        {
            var (reference, current) = Counts(random);
            var order = Enumerable.Range(0, reference.Length).ToArray();
            random.Shuffle(order);

            foreach (var distance in Distances)
            {
                var value = distance(reference, current);

                double.IsFinite(value).Should().BeTrue();
                value.Should().BeGreaterOrEqualTo(0);
                distance(current, reference).Should().BeApproximately(value, 1e-9);
                distance([.. order.Select(bin => reference[bin])], [.. order.Select(bin => current[bin])]).Should().BeApproximately(value, 1e-9);
                distance(reference, reference).Should().Be(0);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Parts_of_PSI_add_up_to_it_and_none_is_negative(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (reference, current) = Counts(random);

            var parts = PopulationStabilityIndex.Contributions(reference, current);

            parts.Should().HaveSameCount(reference).And.OnlyContain(part => part >= 0);
            PopulationStabilityIndex.Of(reference, current).Should().BeApproximately(parts.Sum(), 1e-12);
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    public void Bounded_distances_keep_their_bounds_and_their_order(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (reference, current) = Counts(random);

            var (most, variation, distance) = (LInfinityDistance.Of(reference, current), TotalVariationDistance.Of(reference, current), JensenShannonDistance.Of(reference, current));

            most.Should().BeLessOrEqualTo(variation + 1e-12);
            variation.Should().BeLessOrEqualTo(1);
            distance.Should().BeLessOrEqualTo(1);

            // Lin's bound: the divergence is at most the variation.
            (distance * distance).Should().BeLessOrEqualTo(variation + 1e-12);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Adjusted_PSI_of_one_law_is_0_on_average_where_that_of_others_grows_with_fewer_rows(int seed)
    {
        var random = new Random(seed);
        var (raw, adjusted) = (new List<double>(), new List<double>());
        for (var round = 0; round < 400; round++)
        {
            var (reference, current) = (Draw(2_000), Draw(200));
            raw.Add(PopulationStabilityIndex.Of(reference, current));
            adjusted.Add(AdjustedPsi.Of(reference, current));
        }

        adjusted.Average().Should().BeApproximately(0, 0.005);
        raw.Average().Should().BeApproximately(AdjustedPsi.NoiseFloor(2_000, 200, 10), 0.01);

        long[] Draw(int rows)
        {
            var counts = new long[10];
            for (var row = 0; row < rows; row++)
            {
                counts[random.Next(10)]++;
            }

            return counts;
        }
    }

    [Fact]
    public void Sides_that_cannot_be_compared_are_refused()
    {
        foreach (var distance in Distances)
        {
            distance.Invoking(d => d([1, 2], [1, 2, 3])).Should().Throw<ArgumentException>().WithMessage("The reference has 2 bins, and the current counts are 3.*");
            distance.Invoking(d => d([1, 2], [1, -2])).Should().Throw<ArgumentException>().WithMessage("A count is -2.*");
            distance.Invoking(d => d([0, 0], [1, 2])).Should().Throw<ArgumentException>().WithMessage("A side without a value has no shares.*");
            distance.Invoking(d => d([], [])).Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public void Wasserstein_is_the_way_that_values_are_moved()
    {
        WassersteinDistance.Of([0, 1, 2], [10, 11, 12]).Should().Be(10);
        WassersteinDistance.Of([0, 0, 0, 4], [0]).Should().Be(1);
        WassersteinDistance.OverSigma([1e9, 1e9 + 2], [1e9 + 3]).Should().BeApproximately(2, 1e-12);
        WassersteinDistance.OverSigma([5, 5], [7]).Should().BeNull();
    }

    // Any counts with a value on each side: few and many, most of them empty or none, up to what a service counts in years.
    private static (long[] Reference, long[] Current) Counts(Random random)
    {
        var bins = random.Next(1, 60);
        return (Draw(), Draw());

        long[] Draw()
        {
            var (empty, digits) = (random.NextDouble(), random.Next(0, 13));
            long[] counts = [.. Enumerable.Range(0, bins).Select(_ => random.NextDouble() < empty ? 0 : (long)Math.Pow(10, random.NextDouble() * digits))];
            counts[random.Next(bins)]++;
            return counts;
        }
    }
}
