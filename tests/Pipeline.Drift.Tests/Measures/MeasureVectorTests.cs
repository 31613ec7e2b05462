using System.Text.Json;
using Pipeline.Drift.Measures;
using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Tests.Measures;

public sealed class MeasureVectorTests
{
    public static TheoryData<string> Numeric => [.. DriftVectors.NamesOf("numeric")];

    public static TheoryData<string> Categorical => [.. DriftVectors.NamesOf("categorical")];

    [Theory]
    [MemberData(nameof(Numeric))]
    public void Measures_of_numbers_in_bins_are_those_of_the_vectors(string name)
    {
        var vector = DriftVectors.Find("numeric", name);
        var expected = vector.GetProperty("expected");
        double[] reference = vector.Rows("reference"), current = vector.Rows("current");
        var bins = QuantileBins.Of(reference);

        long[] counts = Counts(bins, reference), now = Counts(bins, current);

        counts.Should().Equal(expected.Integers("reference_counts"));
        now.Should().Equal(expected.Integers("current_counts"));
        ShouldBeMeasuredAs(expected, counts, now);
        ShouldBeTestedAs(expected.GetProperty("chi2_on_bins"), ChiSquaredTest.Test(counts, now));
    }

    [Theory]
    [MemberData(nameof(Numeric))]
    public void Wasserstein_distances_are_those_of_scipy(string name)
    {
        var vector = DriftVectors.Find("numeric", name);
        var expected = vector.GetProperty("expected").GetProperty("wasserstein");
        double[] reference = [.. vector.Rows("reference").Where(double.IsFinite).Order()], current = [.. vector.Rows("current").Where(double.IsFinite).Order()];

        var overSigma = WassersteinDistance.OverSigma(reference, current);

        WassersteinDistance.Of(reference, current).Should().BeAsExpected(expected.Number("raw"));
        WassersteinDistance.Of(current, reference).Should().BeAsExpected(expected.Number("raw"));
        if (expected.GetProperty("over_std_ddof0").ValueKind == JsonValueKind.Null)
        {
            overSigma.Should().BeNull();
        }
        else
        {
            overSigma!.Value.Should().BeAsExpected(expected.Number("over_std_ddof0"));
        }
    }

    [Theory]
    [MemberData(nameof(Categorical))]
    public void Measures_of_categories_are_those_of_the_vectors(string name)
    {
        var vector = DriftVectors.Find("categorical", name);
        var expected = vector.GetProperty("expected");
        var (reference, current) = (vector.Counts("reference_counts"), vector.Counts("current_counts"));
        string[] categories = [.. expected.GetProperty("categories_used").EnumerateArray().Select(category => category.GetString()!)];

        long[] counts = [.. categories.Select(category => reference.GetValueOrDefault(category))], now = [.. categories.Select(category => current.GetValueOrDefault(category))];

        ShouldBeMeasuredAs(expected, counts, now);
        ShouldBeTestedAs(expected.GetProperty("chi2"), ChiSquaredTest.Test(counts, now));
        ChiSquaredTest.Test([.. counts, 0], [.. now, 0]).Should().Be(ChiSquaredTest.Test(counts, now), "a bin that is empty on both sides is none");
    }

    [Theory]
    [InlineData("prom_two_replicas")]
    [InlineData("prom_all_above_range")]
    public void Measures_of_increments_of_cumulative_counters_are_those_of_the_vectors(string name)
    {
        var vector = DriftVectors.Find("prometheus", name);
        var expected = vector.GetProperty("expected");
        var reference = vector.Integers("reference_counts_per_bucket");

        var current = Increments(vector);
        var test = KolmogorovSmirnov.Test(reference, current);

        current.Should().Equal(vector.Integers("expected_current_counts_per_bucket"));
        ShouldBeMeasuredAs(expected, reference, current);
        ShouldBeTestedAs(expected.GetProperty("chi2"), ChiSquaredTest.Test(reference, current));
        test.Statistic.Should().BeAsExpected(expected.Number("ks_statistic_from_buckets"));
        test.PValue.Should().BeAsExpected(expected.Number("ks_p_stephens"));
    }

    [Fact]
    public void Without_traffic_there_is_no_measure_rather_than_0()
    {
        var vector = DriftVectors.Find("prometheus", "prom_no_traffic");
        var (reference, current) = (vector.Integers("reference_counts_per_bucket"), Increments(vector));

        var measure = () => PopulationStabilityIndex.Of(reference, current);

        current.Should().Equal(vector.Integers("expected_current_counts_per_bucket"));
        measure.Should().Throw<ArgumentException>().WithMessage("A side without a value has no shares.*");
    }

    [Theory]
    // On the union of both histograms' edges, rows spread evenly within a bucket.
    [InlineData("tfdv_different_buckets", new long[] { 2, 2, 0, 0 }, new long[] { 0, 1, 1, 2 })]
    [InlineData("tfdv_no_overlap", new long[] { 2, 2, 0, 0, 0 }, new long[] { 0, 0, 0, 2, 2 })]
    public void Jensen_Shannon_is_the_root_of_what_TensorFlow_Data_Validation_gives(string name, long[] reference, long[] current)
    {
        var expected = DriftVectors.Find("histogram_tfdv", name).Number("js_divergence_base2");

        Math.Pow(JensenShannonDistance.Of(reference, current), 2).Should().BeApproximately(expected, 1e-9);
    }

    [Fact]
    public void Critical_values_of_PSI_are_those_of_the_vectors()
    {
        foreach (var vector in DriftVectors.SpecialFunctions.GetProperty("psi_critical").EnumerateArray())
        {
            AdjustedPsi.Critical(vector.GetProperty("N").GetInt64(), vector.GetProperty("M").GetInt64(), vector.GetProperty("bins").GetInt32(), vector.Number("alpha"))
                .Should().BeAsExpected(vector.Number("two_sample"));
        }

        AdjustedPsi.Critical(100, 100, bins: 1, level: 0.01).Should().Be(0);
    }

    private static void ShouldBeMeasuredAs(JsonElement expected, long[] reference, long[] current)
    {
        var (n, m) = (reference.Sum(), current.Sum());
        PopulationStabilityIndex.Of(reference, current).Should().BeAsExpected(expected.Number("psi_floor_1e-4"));
        AdjustedPsi.OfJeffreysShares(reference, current).Should().BeAsExpected(expected.Number("psi_jeffreys_0.5"));
        AdjustedPsi.NoiseFloor(n, m, reference.Length).Should().BeAsExpected(expected.Number("psi_expected_under_no_drift"));
        AdjustedPsi.Of(reference, current).Should().BeAsExpected(expected.Number("psi_jeffreys_bias_corrected"));
        JensenShannonDistance.Of(reference, current).Should().BeAsExpected(expected.Number("js_distance_base2"));
        LInfinityDistance.Of(reference, current).Should().BeAsExpected(expected.Number("l_infinity"));
        TotalVariationDistance.Of(reference, current).Should().BeAsExpected(expected.Number("total_variation"));
        if (expected.TryGetProperty("psi_critical_alpha_0.01", out var critical) && critical.ValueKind == JsonValueKind.Number)
        {
            AdjustedPsi.Critical(n, m, reference.Length, 0.01).Should().BeAsExpected(critical.GetDouble());
        }
    }

    private static void ShouldBeTestedAs(JsonElement expected, TestOutcome test)
    {
        test.Statistic.Should().BeAsExpected(expected.Number("statistic"));
        test.DegreesOfFreedom.Should().Be(expected.GetProperty("dof").GetInt32());
        test.PValue.Should().BeAsExpected(expected.Number("p_value"));
        test.IsApproximate.Should().Be(expected.TryGetProperty("min_expected", out var least) && least.GetDouble() < 5);
    }

    private static long[] Increments(JsonElement vector)
    {
        long[] cumulative = new long[vector.GetProperty("le").GetArrayLength()];
        foreach (var series in vector.GetProperty("series").EnumerateArray())
        {
            cumulative = [.. cumulative.Zip(series.Integers("start").Zip(series.Integers("end")), (sum, ends) => sum + ends.Second - ends.First)];
        }

        return [.. cumulative.Select((count, bucket) => bucket == 0 ? count : count - cumulative[bucket - 1])];
    }

    private static long[] Counts(QuantileBins bins, double[] values)
    {
        var counts = new long[bins.Count];
        foreach (var value in values.Where(double.IsFinite))
        {
            counts[bins.BinOf(value)]++;
        }

        return counts;
    }
}
