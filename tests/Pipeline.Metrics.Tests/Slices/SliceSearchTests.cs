using Pipeline.Metrics.Slices;

namespace Pipeline.Metrics.Tests.Slices;

public sealed class SliceSearchTests
{
    private const int Rows = 20_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_bad_value_of_one_column_is_found_with_its_numbers()
    {
        var (columns, losses) = Noise(seed: 1);
        for (var row = 0; row < Rows; row++)
        {
            losses[row] += columns[1].Codes[row] == 2 ? 0.5 : 0;
        }

        var result = SliceSearch.Worst(columns, losses, 200, 10, Token);

        var worst = result.Found[0];
        worst.Parts.Should().Equal(new SlicePart(1, 2));
        worst.Rows.Should().Be(columns[1].Codes.Count(code => code == 2));
        worst.MeanLoss.Should().BeApproximately(losses.Where((_, row) => columns[1].Codes[row] == 2).Average(), 1e-9);
        worst.RestLoss.Should().BeApproximately(losses.Where((_, row) => columns[1].Codes[row] != 2).Average(), 1e-9);
        worst.EffectSize.Should().BeApproximately(0.5 / Math.Sqrt(1.0 / 12), 0.1, "losses are uniform over one, of the variance 1/12");
        worst.AdjustedPValue.Should().BeLessThan(1e-9);
        result.Found.Should().NotContain(found => found != worst && found.Parts.Contains(new SlicePart(1, 2)), "its pairs with other columns are the same finding again");
        result.Found.Skip(1).Should().OnlyContain(found => found.EffectSize < 0.3, "one in twenty of what is found may be chance, and is small");
        result.PairRows.Should().Be(Rows);
        result.Tried.Should().Be((3 * 5) + (3 * 25), "five values of three columns, and every pair of them");
    }

    [Fact]
    public void A_bad_pair_of_values_is_found_where_neither_is_as_bad_alone()
    {
        var (columns, losses) = Noise(seed: 2);
        for (var row = 0; row < Rows; row++)
        {
            losses[row] += columns[0].Codes[row] == 1 && columns[2].Codes[row] == 4 ? 0.6 : 0;
        }

        SliceSearch.Worst(columns, losses, 200, 10, Token).Found[0].Parts.Should().Equal(new SlicePart(0, 1), new SlicePart(2, 4));
    }

    [Fact]
    public void Noise_alone_gives_about_one_finding_in_twenty_searches_and_not_one_in_each()
    {
        var findings = Enumerable.Range(0, 60).Count(seed =>
        {
            var (columns, losses) = Noise(seed + 100);
            return SliceSearch.Worst(columns, losses, 200, 10, Token).Found.Count > 0;
        });

        findings.Should().BeLessThan(10, "0.05 of 60 is 3; ninety slices at 0.05 each without correction would find something every time");
    }

    [Fact]
    public void Slices_with_too_few_rows_are_not_tried()
    {
        var (columns, losses) = Noise(seed: 3);
        foreach (var row in Enumerable.Range(0, Rows).Where(row => columns[0].Codes[row] == 0).Skip(150))
        {
            columns[0].Codes[row] = 1;
        }

        for (var row = 0; row < Rows; row++)
        {
            losses[row] += columns[0].Codes[row] == 0 ? 5 : 0;
        }

        SliceSearch.Worst(columns, losses, 200, 10, Token).Found.Should().NotContain(found => found.Parts.Any(part => part == new SlicePart(0, 0)));
        SliceSearch.Worst(columns, losses, 100, 10, Token).Found[0].Parts.Should().Equal(new SlicePart(0, 0));
    }

    [Fact]
    public void A_model_that_loses_the_same_on_every_row_has_no_bad_slice()
    {
        var (columns, losses) = Noise(seed: 4);
        Array.Fill(losses, 0.25);

        SliceSearch.Worst(columns, losses, 200, 10, Token).Found.Should().BeEmpty();
    }

    /// <summary>Three columns of five values that say nothing of losses, which are uniform from 0 to 1.</summary>
    private static (SliceColumn[] Columns, double[] Losses) Noise(int seed)
    {
        var random = new Random(seed);
        SliceColumn[] columns = [.. Enumerable.Range(0, 3).Select(i => new SliceColumn($"c{i}", ["a", "b", "c", "d", "e"], [.. Enumerable.Range(0, Rows).Select(_ => random.Next(5))]))];
        return (columns, [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())]);
    }
}
