using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Tests.Statistics;

public sealed class KolmogorovSmirnovTests
{
    public static TheoryData<string> Vectors => [.. DriftVectors.NamesOf("numeric")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Distances_and_p_values_are_those_of_the_vectors(string name)
    {
        var vector = DriftVectors.Find("numeric", name);
        var (reference, current) = (Sorted(vector, "reference"), Sorted(vector, "current"));
        var expected = vector.GetProperty("expected");
        var ks = expected.GetProperty("ks");

        var distance = KolmogorovSmirnov.Distance(reference, current);
        var root = Math.Sqrt((double)reference.Length * current.Length / (reference.Length + current.Length));

        distance.Should().BeAsExpected(ks.Number("statistic"));
        Kolmogorov.Survival(root * distance).Should().BeAsExpected(ks.Number("p_kolmogorov_limit"));
        Kolmogorov.StephensPValue(distance, reference.Length, current.Length).Should().BeAsExpected(ks.Number("p_stephens"));
        KolmogorovSmirnov.Test(expected.Integers("reference_counts"), expected.Integers("current_counts")).Statistic.Should().BeAsExpected(ks.Number("statistic_from_bins"));
    }

    [Fact]
    public void Values_that_are_tied_make_no_distance()
    {
        KolmogorovSmirnov.Distance([1, 1, 2, 2], [1, 2]).Should().Be(0);
        KolmogorovSmirnov.Distance([1, 1, 1], [1, 1, 2]).Should().BeApproximately(1 / 3d, 1e-15);
        KolmogorovSmirnov.Distance([1, 2], [3]).Should().Be(1);
    }

    [Fact]
    public void Sides_may_be_exchanged_but_bins_may_not()
    {
        var test = KolmogorovSmirnov.Test([10, 20, 30], [30, 20, 10]);

        KolmogorovSmirnov.Test([30, 20, 10], [10, 20, 30]).Should().Be(test);
        KolmogorovSmirnov.Test([20, 10, 30], [20, 30, 10]).Statistic.Should().BeLessThan(test.Statistic + 1e-12).And.BeApproximately(1 / 3d, 1e-12);
        test.Should().BeEquivalentTo(new { Name = "ks", DegreesOfFreedom = (int?)null, IsApproximate = false });
    }

    private static double[] Sorted(System.Text.Json.JsonElement vector, string side) => [.. vector.Rows(side).Where(double.IsFinite).Order()];
}
