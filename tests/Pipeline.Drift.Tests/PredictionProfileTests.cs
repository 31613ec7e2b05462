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

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1)]
    [InlineData(-250_000)]
    [InlineData(3e9)]
    public void Another_processors_last_digits_move_no_number_to_another_bin_whatever_its_size(double scale)
    {
        var random = new Random(9);
        var answers = Enumerable.Range(0, 40).Select(i => (float)(scale * (i + 1))).ToArray();
        var test = Enumerable.Range(0, 500).Select(_ => answers[random.Next(answers.Length)]).ToArray();

        var profile = PredictionProfile.Of(new ScoredAnswers([], []), new ScoredAnswers(test, []), labels: []);

        profile.Bins.Count.Should().BeGreaterThan(5);
        profile.Test.Labels.Should().BeEmpty();
        foreach (var number in answers)
        {
            // Of numbers below 1 the margin is half of the gap between neighbours at most.
            var margin = (float)Math.Min(5e-6 * Math.Max(1, Math.Abs(number)), Math.Abs(scale) / 4);
            profile.Bins.IndexOf(number + margin).Should().Be(profile.Bins.IndexOf(number));
            profile.Bins.IndexOf(number - margin).Should().Be(profile.Bins.IndexOf(number));
        }
    }

    [Fact]
    public void Of_several_classes_the_label_is_counted_that_was_answered_whatever_the_score()
    {
        var profile = PredictionProfile.Of(new ScoredAnswers([0.5f, 0.5f], [2, 0]), new ScoredAnswers([0.4f, 0.6f, 0.6f], [1, 1, 2]), ["red", "green", "blue"]);

        profile.Training.Labels.Should().Equal(new Dictionary<string, long> { ["blue"] = 1, ["green"] = 0, ["red"] = 1 });
        profile.Test.Labels.Should().Equal(new Dictionary<string, long> { ["blue"] = 1, ["green"] = 2, ["red"] = 0 });
        profile.Test.Bins.Sum().Should().Be(3);
    }

    private static string LabelOf(float probability) => probability >= 0.5f ? "late" : "on time";
}
