using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Tests.Comparisons;

public sealed class ComparisonTests
{
    private const double Tolerance = EvaluationVectors.Tolerance;

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Area_has_DeLongs_interval(string model)
    {
        var expected = EvaluationVectors.Binary.GetProperty($"model_{model}").GetProperty("delong");
        var sample = EvaluationVectors.Sample(model);

        DeLong.StandardError(sample).Should().BeApproximately(expected.Number("se"), Tolerance);
        var interval = DeLong.Interval(sample)!;
        interval.Low.Should().BeApproximately(expected.Numbers("ci95")[0], Tolerance);
        interval.High.Should().BeApproximately(expected.Numbers("ci95")[1], Tolerance);
        interval.Method.Should().Be("delong");
    }

    [Fact]
    public void Areas_are_compared_row_by_row()
    {
        var expected = EvaluationVectors.Binary.GetProperty("delong_paired");

        var difference = DeLong.Compare(EvaluationVectors.Sample("a"), EvaluationVectors.Sample("b"))!;

        difference.Difference.Should().BeApproximately(expected.Number("difference"), Tolerance);
        difference.StandardError.Should().BeApproximately(expected.Number("se_difference"), Tolerance);
        difference.Z.Should().BeApproximately(expected.Number("z"), Tolerance);
        difference.PValue.Should().BeApproximately(expected.Number("p_two_sided"), Tolerance);
    }

    [Fact]
    public void Difference_of_areas_is_DeLongs_and_any_other_the_bootstraps()
    {
        var expected = EvaluationVectors.Binary.GetProperty("delong_paired");
        var (one, other, resampling) = (EvaluationVectors.Sample("a"), EvaluationVectors.Sample("b"), new Resampling(200, 1));

        var differences = PairedDifferences.Of(one, other, resampling, TestContext.Current.CancellationToken);

        var bootstrapped = PairedBootstrap.Compare(one, other, resampling, TestContext.Current.CancellationToken);
        differences.Where(pair => pair.Key != BinaryMetricNames.RocAuc).Should().Equal(bootstrapped.Where(pair => pair.Key != BinaryMetricNames.RocAuc));
        var (area, difference, error) = (differences[BinaryMetricNames.RocAuc]!, expected.Number("difference"), expected.Number("se_difference"));
        area.Value.Should().BeApproximately(difference, Tolerance);
        area.Interval.Low.Should().BeApproximately(difference - (1.959963984540054 * error), Tolerance);
        area.Interval.High.Should().BeApproximately(difference + (1.959963984540054 * error), Tolerance);
        area.LowerBound.Should().BeApproximately(difference - (1.6448536269514722 * error), Tolerance);
        area.UpperBound.Should().BeApproximately(difference + (1.6448536269514722 * error), Tolerance);
        area.Interval.Method.Should().Be("delong");
        area.ShareAbove.Should().Be(bootstrapped[BinaryMetricNames.RocAuc]!.ShareAbove);
    }

    [Fact]
    public void Scores_correlate_as_Pearson_says()
    {
        Correlation.Pearson([1, 2, 3, 4], [2, 4, 6, 8]).Should().BeApproximately(1, Tolerance);
        Correlation.Pearson([1, 2, 3, 4], [2, 1, 4, 3]).Should().BeApproximately(0.6, Tolerance);
        Correlation.Pearson([0.2, 0.2], [0.1, 0.3]).Should().BeNull("one of the two says the same of every row");
        var lengthsDiffer = () => Correlation.Pearson([1, 2], [1]);
        lengthsDiffer.Should().Throw<ArgumentException>().WithMessage("2 scores, but 1 of the other model.");
    }

    [Fact]
    public void Model_does_not_differ_from_itself()
    {
        var sample = EvaluationVectors.Sample("a");

        DeLong.Compare(sample, sample).Should().Be(new DeLongDifference(0, 0, null, null));
        PairedBootstrap.Compare(sample, sample, new(50, 1), TestContext.Current.CancellationToken).Values.Should().OnlyContain(difference => difference!.Value == 0 && difference.LowerBound == 0 && difference.UpperBound == 0);
    }

    [Fact]
    public void Samples_of_other_rows_are_not_compared()
    {
        var labels = EvaluationVectors.Binary.Labels("y");
        var other = BinarySample.Of([.. labels.Reverse()], EvaluationVectors.Binary.Numbers("p_a"), 0.5);
        var fewer = BinarySample.Of(labels.AsSpan(1), EvaluationVectors.Binary.Numbers("p_a").AsSpan(1), 0.5);

        var labelsDiffer = () => DeLong.Compare(EvaluationVectors.Sample("a"), other);
        var countsDiffer = () => PairedBootstrap.Compare(EvaluationVectors.Sample("a"), fewer, new(10, 1), TestContext.Current.CancellationToken);

        labelsDiffer.Should().Throw<ArgumentException>().WithMessage("*not of the same rows*");
        countsDiffer.Should().Throw<ArgumentException>().WithMessage("60 rows and 59 rows*");
    }

    [Fact]
    public void A_class_with_one_row_has_no_standard_error() => DeLong.StandardError(BinarySample.Of([true, false, false], [0.9, 0.1, 0.2], 0.5)).Should().BeNull();

    [Fact]
    public void Decisions_are_compared_by_McNemar()
    {
        var (binary, expected) = (EvaluationVectors.Binary, EvaluationVectors.Binary.GetProperty("mcnemar"));

        var test = McNemar.Of<bool>(binary.Labels("y"), [.. binary.Numbers("p_a").Select(p => p >= 0.5)], [.. binary.Numbers("p_b").Select(p => p >= 0.5)]);

        test.Should().Be(new McNemar(expected.GetProperty("a_right_b_wrong").GetInt64(), expected.GetProperty("a_wrong_b_right").GetInt64()));
        test.ExactPValue.Should().BeApproximately(expected.Number("exact_p_two_sided"), Tolerance);
        test.MidPValue.Should().BeApproximately(expected.Number("mid_p"), Tolerance);
        test.ChiSquared.Should().BeApproximately(expected.Number("chi2_continuity"), Tolerance);
        test.ChiSquaredPValue.Should().BeApproximately(expected.Number("chi2_continuity_p"), Tolerance);
        test.PValue.Should().Be(test.ExactPValue, "there are fewer than 25 discordant rows");
    }

    [Theory]
    [InlineData(0, 0, 1, 0.5)]
    [InlineData(5, 5, 1, 0.876953125)]
    public void McNemars_test_of_equal_counts_finds_nothing(long first, long second, double exact, double mid)
    {
        var test = new McNemar(first, second);

        test.ExactPValue.Should().BeApproximately(exact, 1e-12);
        test.MidPValue.Should().BeApproximately(mid, 1e-12);
        test.ChiSquared.Should().Be(0);
    }

    [Fact]
    public void Many_discordant_rows_are_tested_by_chi_squared()
    {
        var test = new McNemar(1_000, 900);

        test.PValue.Should().Be(test.ChiSquaredPValue);
        test.PValue.Should().BeApproximately(test.ExactPValue, 1e-3);
    }

    [Fact]
    public void Rate_has_Wilsons_interval()
    {
        var (binary, expected) = (EvaluationVectors.Binary, EvaluationVectors.Binary.Numbers("wilson95_accuracy_a"));

        var accuracy = MetricEstimates.Of(EvaluationVectors.Sample("a"), new(10, 1), TestContext.Current.CancellationToken)[BinaryMetricNames.Accuracy];

        accuracy.Interval!.Low.Should().BeApproximately(expected[0], Tolerance);
        accuracy.Interval.High.Should().BeApproximately(expected[1], Tolerance);
        accuracy.Interval.Method.Should().Be("wilson");
        Wilson.Interval(0, 10).Low.Should().Be(0);
        Wilson.Interval(10, 10).High.Should().Be(1);
    }

    [Fact]
    public void Any_metric_is_compared_by_resamples_that_both_share()
    {
        // The vector's resamples are NumPy's; ours are others, so that ends agree within what chance does to the percentiles of 1,000 of them.
        var expected = EvaluationVectors.Binary.GetProperty("paired_bootstrap");

        var difference = PairedBootstrap.Compare(EvaluationVectors.Sample("a"), EvaluationVectors.Sample("b"), new(20_000, 7), TestContext.Current.CancellationToken)[BinaryMetricNames.Brier]!;

        difference.Value.Should().BeApproximately(expected.Number("point"), Tolerance);
        difference.Interval.Low.Should().BeApproximately(expected.Numbers("ci95_percentile")[0], 0.006);
        difference.Interval.High.Should().BeApproximately(expected.Numbers("ci95_percentile")[1], 0.006);
        difference.UpperBound.Should().BeApproximately(expected.Number("one_sided_upper95"), 0.006);
        (1 - difference.ShareAbove).Should().BeApproximately(expected.Number("share_a_better"), 0.03, "lower is better");
        difference.Interval.Low.Should().BeLessThan(difference.LowerBound);
    }

    [Fact]
    public void Groups_are_treated_as_differently_as_Fairlearn_says()
    {
        var (binary, expected) = (EvaluationVectors.Binary, EvaluationVectors.Binary.GetProperty("fairness_a"));
        var (labels, probabilities) = (binary.Labels("y"), binary.Numbers("p_a"));
        var groups = binary.GetProperty("segment").EnumerateArray().Select((segment, row) => (Name: segment.GetString(), Row: row)).GroupBy(pair => pair.Name)
            .Select(group => ConfusionMatrix.Of([.. group.Select(pair => labels[pair.Row])], [.. group.Select(pair => probabilities[pair.Row])], 0.5)).ToList();

        var fairness = GroupFairness.Of(groups);

        fairness.DemographicParityDifference.Should().BeApproximately(expected.Number("demographic_parity_difference"), Tolerance);
        fairness.DisparateImpactRatio.Should().BeApproximately(expected.Number("disparate_impact_ratio"), Tolerance);
        fairness.EqualOpportunityDifference.Should().BeApproximately(expected.Number("equal_opportunity_difference"), Tolerance);
        fairness.EqualizedOddsDifference.Should().BeApproximately(expected.Number("equalized_odds_difference"), Tolerance);
    }

    [Fact]
    public void Groups_without_positives_have_no_equal_opportunity()
    {
        var fairness = GroupFairness.Of([new ConfusionMatrix(0, 0, 0, 5), new ConfusionMatrix(0, 0, 3, 5)]);

        fairness.Should().Be(new GroupFairness(0, null, null, null));
    }
}
