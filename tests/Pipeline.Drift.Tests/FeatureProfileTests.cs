namespace Pipeline.Drift.Tests;

public sealed class FeatureProfileTests
{
    [Fact]
    public void Numbers_out_of_range_are_counted_apart_and_in_the_outer_bins()
    {
        var training = Enumerable.Range(0, 100).Select(i => (float)i).Append(float.NaN).ToArray();

        var profile = FeatureProfile.OfNumbers("distance", training, [-1, 0, 50, 99, 99.5f, 1e30f, float.NaN, float.NaN, float.PositiveInfinity, float.NegativeInfinity]);

        (profile.Minimum, profile.Maximum).Should().Be((0, 99));
        profile.Training.Should().BeEquivalentTo(new FeatureCounts([10, 10, 10, 10, 10, 10, 10, 10, 10, 10], Missing: 1, 0, 0, 0, 0));
        profile.Test.Should().BeEquivalentTo(new FeatureCounts([2, 0, 0, 0, 0, 1, 0, 0, 0, 3], Missing: 2, NotFinite: 2, BelowRange: 1, AboveRange: 2, Unseen: 0));
        profile.Test.Of(ValueState.Ok).Should().Be(3);
        profile.Test.Rows.Should().Be(10);
    }

    [Fact]
    public void A_discrete_columns_numbers_out_of_range_are_among_the_other_values()
    {
        var profile = FeatureProfile.OfNumbers("flag", [0, 1, 1], [-1, 0, 0.5f, 1, 2]);

        profile.Training.Bins.Should().Equal(1, 2, 0);
        profile.Test.Should().BeEquivalentTo(new FeatureCounts([1, 1, 3], 0, 0, BelowRange: 1, AboveRange: 1, 0));
        profile.Test.Of(ValueState.Ok).Should().Be(3, "a number between two values of training is within the range");
    }

    [Fact]
    public void Categories_that_training_did_not_see_are_counted_apart_and_among_the_others()
    {
        var profile = FeatureProfile.OfCategories("origin", ["ATL", "ATL", "ORD", "ORD", "ORD", "DEN", null], ["ATL", "DEN", "JFK", "LAX", null, string.Empty], maxCategories: 2);

        profile.Bins.Should().BeOfType<CategoryBins>().Which.Categories.Should().Equal("ORD", "ATL");
        profile.Training.Should().BeEquivalentTo(new FeatureCounts([3, 2, 1], Missing: 1, 0, 0, 0, Unseen: 0));
        profile.Test.Should().BeEquivalentTo(new FeatureCounts([0, 1, 4], Missing: 1, 0, 0, 0, Unseen: 3));
        profile.Test.Of(ValueState.Ok).Should().Be(2);
    }

    [Fact]
    public void A_column_without_a_value_in_training_knows_no_number_and_no_category()
    {
        var numbers = FeatureProfile.OfNumbers("empty", [float.NaN], [float.NaN, 1, float.NegativeInfinity]);
        var categories = FeatureProfile.OfCategories("empty", [null], [null, "x"]);

        numbers.Should().BeEquivalentTo(new { Minimum = (float?)null, Maximum = (float?)null, Test = new FeatureCounts([1], Missing: 1, NotFinite: 1, 0, 0, Unseen: 1) });
        categories.Test.Should().BeEquivalentTo(new FeatureCounts([1], Missing: 1, 0, 0, 0, Unseen: 1));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void States_sum_up_to_the_rows_and_bins_to_the_values(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var (training, test) = (Column(random), Column(random));

            var profile = FeatureProfile.OfNumbers("any", training, test);

            foreach (var (counts, values) in new[] { (profile.Training, training), (profile.Test, test) })
            {
                Enum.GetValues<ValueState>().Sum(counts.Of).Should().Be(values.Length);
                counts.Bins.Sum().Should().Be(values.Count(float.IsFinite));
                counts.Bins.Should().HaveCount(profile.Bins.Count).And.OnlyContain(count => count >= 0);
            }

            profile.Training.Of(ValueState.Ok).Should().Be(training.Count(float.IsFinite));
        }
    }

    private static float[] Column(Random random)
    {
        var levels = random.Next(1, 60);
        return [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => random.Next(20) switch
        {
            0 => float.NaN,
            1 => float.PositiveInfinity,
            2 => (random.NextSingle() - 0.5f) * 1e6f,
            _ => random.Next(levels) * 0.5f,
        })];
    }
}
