namespace Pipeline.Drift.Tests;

public sealed class QuantileBinsTests
{
    public static TheoryData<string> Vectors => [.. DriftVectors.NamesOf("numeric")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Edges_and_counts_are_those_of_numpy(string name)
    {
        var vector = DriftVectors.Find("numeric", name);
        var (reference, current, expected) = (vector.Rows("reference"), vector.Rows("current"), vector.GetProperty("expected"));

        var bins = QuantileBins.Of(reference);

        bins.Edges.Should().Equal(expected.Numbers("bin_edges_le"), (actual, edge) => Math.Abs(actual - edge) <= 1e-9);
        Counts(bins, reference).Should().Equal(expected.Numbers("reference_counts"));
        Counts(bins, current).Should().Equal(expected.Numbers("current_counts"));
    }

    [Fact]
    public void A_value_on_an_edge_lies_in_the_bin_below_it()
    {
        var bins = new QuantileBins([1, 2.5, 4]);

        bins.Count.Should().Be(4);
        foreach (var (value, bin) in new[] { (-1e30f, 0), (1f, 0), (float.BitIncrement(1), 1), (2.5f, 1), (float.BitIncrement(2.5f), 2), (4f, 2), (float.BitIncrement(4), 3), (float.MaxValue, 3) })
        {
            bins.IndexOf(value).Should().Be(bin);
            bins.BinOf(value).Should().Be(bin);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_no_finite_number_is_in_no_bin(float value)
    {
        foreach (var bins in new NumericBins[] { new QuantileBins([]), new QuantileBins([0, 1]), new ValueBins([]), new ValueBins([0, 1, 2, 3]) })
        {
            bins.IndexOf(value).Should().Be(FeatureBins.None);
        }

        new QuantileBins([0]).BinOf(value).Should().Be(FeatureBins.None);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_float_lies_in_the_bin_that_its_exact_value_lies_in(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            // Edges between floats and beyond them, at distances from less than a float's last digit to the whole range.
            var scale = Math.Pow(10, random.Next(-30, 30));
            var edges = Enumerable.Range(0, random.Next(0, 12)).Select(_ => (random.NextDouble() - 0.5) * scale * Math.Pow(2, random.Next(-30, 2))).Distinct().Order().ToList();
            var bins = new QuantileBins(edges);
            var values = edges.SelectMany(edge => new[] { (float)edge, float.BitIncrement((float)edge), float.BitDecrement((float)edge) })
                .Append((float)((random.NextDouble() - 0.5) * scale)).Append(0).Append(-0f).Append(float.MaxValue).Append(float.MinValue);

            foreach (var value in values)
            {
                var bin = edges.Count(edge => value > edge);
                bins.IndexOf(value).Should().Be(bin, "{0:R} among {1}", value, string.Join(' ', edges));
                bins.BinOf(value).Should().Be(bin);
            }
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Bins_of_random_values_hold_every_value_once_and_do_not_depend_on_the_order_of_rows(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var distinct = random.Next(21, 400);
            var values = Enumerable.Range(0, random.Next(300, 2_000)).Select(_ => MathF.Round((float)random.NextDouble() * distinct)).ToArray();

            var bins = NumericBins.Of(values);
            var counts = new long[bins.Count];
            foreach (var value in values)
            {
                counts[bins.IndexOf(value)]++;
            }

            counts.Sum().Should().Be(values.Length);
            counts[0].Should().BeGreaterThan(0);
            random.Shuffle(values);
            NumericBins.Of(values).Should().BeEquivalentTo(bins, o => o.RespectingRuntimeTypes());
        }
    }

    [Fact]
    public void Without_a_finite_value_there_is_one_bin()
    {
        QuantileBins.Of([]).Edges.Should().BeEmpty();
        QuantileBins.Of([double.NaN, double.PositiveInfinity]).IndexOf(3f).Should().Be(0);
    }

    private static double[] Counts(QuantileBins bins, double[] values)
    {
        var counts = new double[bins.Count];
        foreach (var value in values.Where(double.IsFinite))
        {
            counts[bins.BinOf(value)]++;
        }

        return counts;
    }
}
