namespace Pipeline.Drift.Tests;

public sealed class CategoryBinsTests
{
    public static TheoryData<string> Vectors => [.. DriftVectors.NamesOf("categorical")];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Categories_are_counted_one_a_bin_and_new_ones_together_in_the_last(string name)
    {
        var vector = DriftVectors.Find("categorical", name);
        var (reference, current) = (vector.Counts("reference_counts"), vector.Counts("current_counts"));
        var known = reference.Where(count => count.Value > 0).ToList();

        var bins = CategoryBins.Of(known);

        var counts = new long[bins.Count];
        foreach (var (category, count) in current)
        {
            counts[bins.IndexOf(category)] += count;
        }

        counts[..^1].Should().Equal(bins.Categories.Select(category => current.GetValueOrDefault(category)));
        counts[^1].Should().Be(current.Where(count => known.All(k => k.Key != count.Key)).Sum(count => count.Value));
        counts.Sum().Should().Be(vector.GetProperty("n_current").GetInt64());
    }

    [Fact]
    public void The_commonest_have_a_bin_of_their_own_and_ties_go_to_the_ordinally_lesser()
    {
        var counts = new Dictionary<string, long> { ["b"] = 5, ["Z"] = 5, ["rare"] = 1, ["common"] = 9, ["a"] = 5, ["ä"] = 5 };

        var bins = CategoryBins.Of(counts, maxCategories: 4);

        bins.Categories.Should().Equal("common", "Z", "a", "b");
        bins.Count.Should().Be(5);
        bins.IndexOf("common").Should().Be(0);
        new[] { "rare", "ä", "COMMON", string.Empty }.Select(bins.IndexOf).Should().OnlyContain(bin => bin == bins.Other);
    }

    [Fact]
    public void Fifty_have_one_by_default()
    {
        var bins = CategoryBins.Of(Enumerable.Range(0, 230).Select(i => KeyValuePair.Create($"airport {i:000}", 1L)));

        bins.Categories.Should().HaveCount(50).And.StartWith("airport 000").And.EndWith("airport 049");
    }
}
