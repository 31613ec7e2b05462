namespace Pipeline.Drift.Tests;

public sealed class PredictionProfileTests
{
    private static readonly string[] Labels = ["late", "on time"];

    [Fact]
    public void Bins_are_deciles_of_the_test_rows_and_both_splits_are_counted()
    {
        var test = Enumerable.Range(1, 100).Select(i => i / 200f).ToArray();

        var profile = PredictionProfile.Of([0.01f, 0.9f, 0.9f], test, Labels, LabelOf);

        profile.Bins.Edges.Should().HaveCount(9);
        profile.Test.Bins.Should().Equal(Enumerable.Repeat(10L, 10));
        profile.Test.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = 1, ["on time"] = 99 });
        profile.Training.Bins.Should().Equal(1, 0, 0, 0, 0, 0, 0, 0, 0, 2);
        profile.Training.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = 2, ["on time"] = 1 });
    }

    [Fact]
    public void A_label_that_is_never_answered_is_there_with_zero() =>
        PredictionProfile.Of([0.1f], [0.1f, 0.2f], Labels, LabelOf).Test.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = 0, ["on time"] = 2 });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(300)]
    public void Another_processors_last_digits_move_no_probability_to_another_bin(int distinct)
    {
        var random = new Random(distinct);
        var answers = Enumerable.Range(0, distinct).Select(_ => random.Next(1, 1_000) / 1_000f).ToArray();
        var test = Enumerable.Range(0, 500).Select(_ => answers[random.Next(distinct)]).ToArray();

        var profile = PredictionProfile.Of([], test, Labels, LabelOf);

        foreach (var probability in test)
        {
            var bin = profile.Bins.IndexOf(probability);
            profile.Bins.IndexOf(probability + 5e-6f).Should().Be(bin);
            profile.Bins.IndexOf(probability - 5e-6f).Should().Be(bin);
        }
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void Moving_the_edges_off_the_probabilities_changes_no_count(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var digits = random.Next(1, 7);
            var test = Enumerable.Range(0, random.Next(1, 400)).Select(_ => MathF.Round(random.NextSingle(), digits)).ToArray();
            var deciles = QuantileBins.Of(Array.ConvertAll(test, p => (double)p));
            var expected = new long[deciles.Count];
            foreach (var probability in test)
            {
                expected[deciles.IndexOf(probability)]++;
            }

            var profile = PredictionProfile.Of([], test, Labels, LabelOf);

            profile.Test.Bins.Where(count => count > 0).Should().Equal(expected.Where(count => count > 0));
            profile.Bins.Edges.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }
    }

    private static string LabelOf(float probability) => probability >= 0.5f ? "late" : "on time";
}
