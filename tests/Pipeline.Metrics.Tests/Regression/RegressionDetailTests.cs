using Pipeline.Metrics.Regression;

namespace Pipeline.Metrics.Tests.Regression;

/// <summary>What reports draw, against values by hand.</summary>
public sealed class RegressionDetailTests
{
    [Fact]
    public void Pairs_are_counted_in_squares()
    {
        var grid = RegressionSample.Of([0, 1, 2, 3, 3], [0, 1, 3, 2, 0]).Pairs(2);

        (grid.Low, grid.High, grid.Outside).Should().Be((0, 3, 0));
        grid.Counts.Should().BeEquivalentTo(new long[][] { [2, 0], [1, 2] }, options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_row_far_from_all_others_does_not_make_the_others_small()
    {
        double[] labels = [.. Enumerable.Range(0, 1_000).Select(i => (double)i)];

        var grid = RegressionSample.Of(labels, [.. labels.Select(label => label == 500 ? 1e9 : label)]).Pairs(40);

        grid.Outside.Should().Be(1);
        // The fifth from either end is 4 and, as 500 is gone from among the predictions, 996; a quarter more on each side, but no further than the least.
        (grid.Low, grid.High).Should().Be((0, 996 + (0.25 * 992)));
        grid.Counts.Sum(line => line.Sum()).Should().Be(999);
    }

    [Fact]
    public void Mostly_equal_values_are_all_within()
    {
        double[] labels = [.. Enumerable.Range(0, 1_000).Select(i => i == 0 ? 7.0 : 0)];

        var grid = RegressionSample.Of(labels, new double[1_000]).Pairs(40);

        (grid.Low, grid.High, grid.Outside).Should().Be((0, 7, 0));
        RegressionSample.Of([3], [3]).Pairs(40).Should().BeEquivalentTo(new { Low = 1.5, High = 4.5, Outside = 0L });
    }

    [Fact]
    public void Errors_are_in_bands_of_equal_numbers_of_rows()
    {
        // In each band errors are 0 to 19.
        double[] predictions = [.. Enumerable.Range(0, 40).Select(i => (double)i)];

        RegressionSample.Of([.. predictions.Select(p => p - (p % 20))], predictions).ErrorBands(5).Select(band => band with { P5 = Math.Round(band.P5, 12), P95 = Math.Round(band.P95, 12) })
            .Should().Equal(new ErrorBand(0, 19, 20, 0.95, 4.75, 9.5, 14.25, 18.05), new ErrorBand(20, 39, 20, 0.95, 4.75, 9.5, 14.25, 18.05));
    }

    [Fact]
    public void Rows_that_are_predicted_the_same_are_in_one_band()
    {
        double[] predictions = [.. Enumerable.Range(0, 200).Select(i => i < 150 ? 1.0 : i)];

        var bands = RegressionSample.Of(new double[200], predictions).ErrorBands(10);

        (bands[0].Rows, bands[0].Lower, bands[0].Upper).Should().Be((150, 1, 1));
        bands.Sum(band => band.Rows).Should().Be(200);
        bands.Should().HaveCountLessThanOrEqualTo(10);
    }

    [Fact]
    public void Normality_sets_standardized_errors_against_normal_quantiles()
    {
        var pairs = RegressionSample.Of([3, 1, -1, -3], [0, 0, 0, 0]).Normality(100);

        // The standard normal quantiles at 1/8, 3/8, 5/8, 7/8; the deviation of ±1 and ±3 is √(20/3).
        pairs.Select(pair => pair.Normal).Zip([-1.1503493803760079, -0.31863936396437514, 0.31863936396437514, 1.1503493803760079]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
        pairs.Select(pair => pair.Errors * Math.Sqrt(20 / 3.0)).Zip([-3.0, -1, 1, 3]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        RegressionSample.Of([1, 2, 3], [1.1, 2.1, 3.1]).Normality(100).Should().BeEmpty("all errors are equal but for rounding");
        RegressionSample.Of([1], [2]).Normality(100).Should().BeEmpty();
    }

    [Fact]
    public void Absolute_errors_are_by_share_of_rows()
    {
        RegressionSample.Of([0, 0, 0, 0], [4, -3, 2, -1]).AbsoluteErrors(100).Should().Equal(new ErrorShare(1, 0.25), new ErrorShare(2, 0.5), new ErrorShare(3, 0.75), new ErrorShare(4, 1));
        RegressionSample.Of([0, 0, 0, 0, 0], [4, -3, 2, -1, 5]).AbsoluteErrors(2).Should().Equal(new ErrorShare(3, 0.5), new ErrorShare(5, 1));
    }

    [Fact]
    public void Everything_is_finite_and_of_bounded_size_for_the_greatest_numbers()
    {
        var random = new Random(1);
        double[] Numbers() => [.. Enumerable.Range(0, 5_000).Select(_ => (random.NextDouble() - 0.5) * 2 * double.MaxValue)];
        var sample = RegressionSample.Of(Numbers(), Numbers());

        var (grid, bands, normality, errors) = (sample.Pairs(40), sample.ErrorBands(20), sample.Normality(100), sample.AbsoluteErrors(100));

        new[] { sample.Labels, sample.Predictions }.SelectMany(summary => new[] { summary.Least, summary.Median, summary.Greatest })
            .Concat([grid.Low, grid.High])
            .Concat(bands.SelectMany(band => new[] { band.Lower, band.Upper, band.P5, band.P25, band.P50, band.P75, band.P95 }))
            .Concat(normality.SelectMany(pair => new[] { pair.Normal, pair.Errors }))
            .Concat(errors.Select(error => error.Error))
            .Should().OnlyContain(number => double.IsFinite(number));
        grid.Counts.Sum(line => line.Sum()).Should().Be(5_000 - grid.Outside);
        (bands.Count, errors.Count).Should().Be((20, 100));
    }

    [Fact]
    public void Middle_of_the_values_is_their_median() =>
        RegressionSample.Of([4, 1, 2, 10], [1, 2, 3, 4]).Labels.Should().Be(new ValueSummary(1, 3, 10));
}
