namespace Pipeline.Drift.Tests;

public sealed class ValueBinsTests
{
    [Fact]
    public void Up_to_twenty_values_have_a_bin_each_and_one_is_for_the_rest()
    {
        var twenty = Enumerable.Range(0, 40).Select(i => (float)(i % 20)).ToArray();

        var bins = NumericBins.Of([.. twenty, float.NaN, float.PositiveInfinity]);

        bins.Should().BeOfType<ValueBins>().Which.Values.Should().Equal(Enumerable.Range(0, 20).Select(i => (float)i));
        bins.Count.Should().Be(21);
        Enumerable.Range(0, 20).Select(i => bins.IndexOf((float)i)).Should().Equal(Enumerable.Range(0, 20));
        new[] { -1f, 0.5f, float.BitIncrement(3), 19.5f, 20f, float.MaxValue, float.MinValue }.Select(bins.IndexOf).Should().OnlyContain(bin => bin == 20);
        NumericBins.Of([.. twenty, 20.5f]).Should().BeOfType<QuantileBins>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_number_of_values_is_told_apart(int seed)
    {
        var random = new Random(seed);
        for (var count = 0; count <= NumericBins.MaxDiscreteValues; count++)
        {
            var values = Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f).Distinct().Order().ToList();

            var bins = NumericBins.Of([.. values, .. values]);

            values.Select(bins.IndexOf).Should().Equal(Enumerable.Range(0, values.Count));
            values.Append(1).Select(value => bins.IndexOf(float.BitIncrement(value))).Should().OnlyContain(bin => bin == values.Count);
        }
    }

    [Fact]
    public void Zero_is_one_value_whatever_its_sign()
    {
        var bins = NumericBins.Of([-0f, 0f, -0f]);

        bins.Should().BeOfType<ValueBins>().Which.Values.Should().ContainSingle().Which.Should().Be(0).And.Match(zero => float.IsPositive(zero));
        bins.IndexOf(-0f).Should().Be(0);
    }

    [Theory]
    [InlineData("num_constant_same")]
    [InlineData("num_constant_to_other_above")]
    public void A_constant_column_has_a_bin_for_its_value_and_one_for_others(string name)
    {
        var vector = DriftVectors.Find("numeric", name);
        var bins = NumericBins.Of(Array.ConvertAll(vector.Numbers("reference"), value => (float)value));

        var counts = new double[bins.Count];
        foreach (var value in vector.Numbers("current"))
        {
            counts[bins.IndexOf((float)value)]++;
        }

        counts.Should().Equal(vector.GetProperty("expected").Numbers("current_counts"));
    }
}
