using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Tests.Statistics;

public sealed class SpecialFunctionTests
{
    [Fact]
    public void Chances_of_chi_squared_are_those_of_scipy()
    {
        foreach (var vector in DriftVectors.SpecialFunctions.GetProperty("chi2_sf").EnumerateArray())
        {
            var (x, expected) = (vector.Number("x"), vector.Number("sf"));

            var chance = ChiSquared.Survival(x, vector.GetProperty("dof").GetInt32());

            // Relative, so that 1e-216 is right as well.
            chance.Should().BeApproximately(expected, 1e-9 * expected);
        }
    }

    [Fact]
    public void Quantiles_of_chi_squared_are_those_of_scipy()
    {
        foreach (var vector in DriftVectors.SpecialFunctions.GetProperty("chi2_ppf").EnumerateArray())
        {
            ChiSquared.UpperQuantile(1 - vector.Number("p"), vector.GetProperty("dof").GetInt32()).Should().BeAsExpected(vector.Number("x"));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(50)]
    [InlineData(4_000)]
    public void A_quantile_of_chi_squared_is_passed_with_its_chance(int degreesOfFreedom)
    {
        foreach (var tail in new[] { 1, 0.999, 0.5, 0.01, 1e-5, 1e-40, 1e-200 })
        {
            ChiSquared.Survival(ChiSquared.UpperQuantile(tail, degreesOfFreedom), degreesOfFreedom).Should().BeApproximately(tail, 1e-8 * tail);
        }
    }

    [Fact]
    public void Chances_of_Kolmogorov_are_those_of_scipy()
    {
        foreach (var vector in DriftVectors.SpecialFunctions.GetProperty("kolmogorov_sf").EnumerateArray())
        {
            var expected = vector.Number("sf");

            Kolmogorov.Survival(vector.Number("x")).Should().BeApproximately(expected, 1e-9 * expected);
        }
    }

    [Fact]
    public void Both_series_of_Kolmogorov_meet()
    {
        var below = Kolmogorov.Survival(Math.BitDecrement(1.18));

        Kolmogorov.Survival(1.18).Should().BeApproximately(below, 1e-14);
        Kolmogorov.Survival(0).Should().Be(1);
        Kolmogorov.Survival(0.01).Should().Be(1);
        Kolmogorov.Survival(100).Should().Be(0);
    }

    [Fact]
    public void P_values_are_adjusted_as_Benjamini_and_Hochberg_do()
    {
        var vector = DriftVectors.SpecialFunctions.GetProperty("benjamini_hochberg");
        var pValues = vector.Numbers("p_values");

        var adjusted = BenjaminiHochberg.Adjust(pValues);

        adjusted.Should().Equal(vector.Numbers("adjusted_p"), (actual, expected) => Math.Abs(actual - expected) <= 1e-9);
        adjusted.Select(p => p <= vector.Number("q")).Should().Equal(vector.GetProperty("reject").EnumerateArray().Select(reject => reject.GetBoolean()));
        BenjaminiHochberg.Adjust([.. pValues.Reverse()]).Should().Equal(adjusted.Reverse());
        BenjaminiHochberg.Adjust([]).Should().BeEmpty();
    }
}
