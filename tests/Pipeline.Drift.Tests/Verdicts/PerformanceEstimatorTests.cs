using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

public sealed class PerformanceEstimatorTests
{
    private const float Threshold = 0.5f;

    // Calibrated: of rows answered with p, a share p is positive.
    private static readonly (float Probability, bool IsPositive)[] TestRows = Calibrated(20_000, probability => probability, seed: 1);

    private static readonly PredictionProfile Reference = ProfileOf(TestRows);

    [Fact]
    public void On_the_test_rows_themselves_estimate_and_reference_are_one()
    {
        var estimates = PerformanceEstimator.Estimate(Reference, Reference.Test, "yes", Reference.Outcomes);

        estimates.Select(estimate => estimate.Metric).Should().Equal(PerformanceEstimator.Metrics);
        foreach (var estimate in estimates)
        {
            estimate.Estimate.Should().BeApproximately(estimate.Reference!.Value, 5e-4, estimate.Metric);
            estimate.Realized.Should().Be(estimate.Reference, estimate.Metric);
            estimate.EstimateLow.Should().BeLessThan(estimate.Estimate!.Value);
            estimate.EstimateHigh.Should().BeGreaterThan(estimate.Estimate!.Value);
            estimate.LabeledRows.Should().Be(TestRows.Length);
        }
    }

    [Fact]
    public void The_reference_is_what_the_rows_say()
    {
        var reference = PerformanceEstimator.Estimate(Reference, Reference.Test, "yes", realized: null).ToDictionary(estimate => estimate.Metric, estimate => estimate.Reference!.Value);

        reference["accuracy"].Should().Be(TestRows.Count(row => row.Probability >= Threshold == row.IsPositive) / (double)TestRows.Length);
        reference["precision"].Should().Be(TestRows.Count(row => row is { Probability: >= Threshold, IsPositive: true }) / (double)TestRows.Count(row => row.Probability >= Threshold));
        reference["recall"].Should().Be(TestRows.Count(row => row is { Probability: >= Threshold, IsPositive: true }) / (double)TestRows.Count(row => row.IsPositive));

        // Of a uniform calibrated probability the area is 5/6; ten bins blur a little of it.
        reference["rocAuc"].Should().BeInRange(0.81, 5 / 6d);
    }

    [Fact]
    public void Where_the_answers_move_and_stay_calibrated_the_truth_is_within_the_band()
    {
        // The answers get surer: fewer between the ends.
        var rows = Calibrated(5_000, probability => probability < 0.5f ? probability * probability * 2 : 1 - (2 * (1 - probability) * (1 - probability)), seed: 2);
        var realized = PredictionOutcomes.Of(Reference.Bins, rows.Select(row => (row.Probability, row.Probability >= Threshold, row.IsPositive)));

        var estimates = PerformanceEstimator.Estimate(Reference, CountsOf(rows), "yes", realized);

        foreach (var estimate in estimates)
        {
            estimate.Realized!.Value.Should().BeInRange(estimate.EstimateLow!.Value, estimate.EstimateHigh!.Value, estimate.Metric);
        }

        var accuracy = estimates.Single(estimate => estimate.Metric == "accuracy");
        accuracy.EstimateLow.Should().BeGreaterThan(accuracy.Reference!.Value, "surer answers that are still calibrated are more often right");
    }

    [Fact]
    public void A_concept_that_drifts_is_seen_in_the_labels_alone()
    {
        var rows = TestRows.Select(row => (row.Probability, IsPositive: !row.IsPositive)).ToArray();
        var realized = PredictionOutcomes.Of(Reference.Bins, rows.Select(row => (row.Probability, row.Probability >= Threshold, row.IsPositive)));

        var accuracy = PerformanceEstimator.Estimate(Reference, CountsOf(rows), "yes", realized).Single(estimate => estimate.Metric == "accuracy");

        accuracy.Estimate.Should().BeApproximately(accuracy.Reference!.Value, 1e-3);
        accuracy.Realized.Should().BeApproximately(1 - accuracy.Reference!.Value, 1e-12);
        PerformanceEstimate.Assumption.Should().Contain("no concept drift");
    }

    [Fact]
    public void What_is_undefined_is_null_and_never_NaN()
    {
        var onlyNegatives = CountsOf([.. Enumerable.Repeat((0.1f, false), 100)]);
        var realized = PredictionOutcomes.Of(Reference.Bins, [(0.1f, false, false)]);

        var estimates = PerformanceEstimator.Estimate(Reference, onlyNegatives, "yes", realized);

        var precision = estimates.Single(estimate => estimate.Metric == "precision");
        (precision.Estimate, precision.EstimateLow, precision.EstimateHigh, precision.Realized).Should().Be((null, null, null, null));
        estimates.Single(estimate => estimate.Metric == "rocAuc").Realized.Should().BeNull("there is one class only");
        estimates.SelectMany(estimate => new[] { estimate.Reference, estimate.Estimate, estimate.EstimateLow, estimate.EstimateHigh, estimate.Realized })
            .Should().NotContain(value => value != null && !double.IsFinite(value.Value));
    }

    [Fact]
    public void Without_outcomes_or_answers_nothing_is_said()
    {
        PerformanceEstimator.Estimate(Reference with { Outcomes = null }, Reference.Test, "yes", realized: null).Should().BeEmpty();
        PerformanceEstimator.Estimate(Reference, CountsOf([]), "yes", realized: null).Should().BeEmpty();
    }

    [Fact]
    public void A_bin_that_the_threshold_cuts_is_split_by_the_labels_that_were_answered()
    {
        // One bin alone, all rows in it: right on both sides of the threshold.
        var bins = new QuantileBins([]);
        var outcomes = PredictionOutcomes.Of(bins, [.. Enumerable.Repeat((0.4f, false, false), 1_000), .. Enumerable.Repeat((0.6f, true, true), 1_000)]);
        var profile = new PredictionProfile(bins, new([2_000], Labels(1_000, 1_000)), new([2_000], Labels(1_000, 1_000)), outcomes);

        var accuracy = PerformanceEstimator.Estimate(profile, new PredictionCounts([100], Labels(yes: 10, no: 90)), "yes", realized: null).Single(estimate => estimate.Metric == "accuracy");

        accuracy.Estimate.Should().BeApproximately(1, 1e-3);
    }

    [Fact]
    public void Of_several_classes_the_accuracy_is_told_by_the_confidence()
    {
        var rows = Calibrated(20_000, probability => 0.34f + (0.66f * probability), seed: 3);
        var profile = ClassesOf(rows);
        var surer = Calibrated(5_000, probability => 0.34f + (0.66f * MathF.Sqrt(probability)), seed: 4);
        var realized = PredictionHits.Of(profile.Bins, surer.Select(row => (row.Probability, row.IsPositive)));

        var same = PerformanceEstimator.EstimateAccuracy(profile, profile.Test, realized: null).Should().ContainSingle().Subject;
        var moved = PerformanceEstimator.EstimateAccuracy(profile, profile.Test with { Bins = [.. realized.Bins.Select(cell => cell.Rows)] }, realized).Should().ContainSingle().Subject;

        same.Should().BeEquivalentTo(new { Metric = "accuracy", Reference = rows.Count(row => row.IsPositive) / (double)rows.Length, Realized = (double?)null, LabeledRows = 0 });
        same.Estimate.Should().BeApproximately(same.Reference!.Value, 1e-3);
        moved.LabeledRows.Should().Be(5_000);
        moved.EstimateLow.Should().BeGreaterThan(same.Reference!.Value, "surer answers that are still calibrated are more often right");
        moved.Realized!.Value.Should().BeInRange(moved.EstimateLow!.Value, moved.EstimateHigh!.Value);
    }

    [Fact]
    public void Without_hits_or_answers_nothing_is_said_of_several_classes()
    {
        var profile = ClassesOf(TestRows);

        PerformanceEstimator.EstimateAccuracy(profile with { Hits = null }, profile.Test, realized: null).Should().BeEmpty();
        PerformanceEstimator.EstimateAccuracy(profile, profile.Test with { Bins = new long[profile.Bins.Count] }, realized: null).Should().BeEmpty();
        PerformanceEstimator.EstimateAccuracy(profile, profile.Test, PredictionHits.Of(profile.Bins, [(float.NaN, true)])).Should().ContainSingle().Which.Realized.Should().BeNull();
    }

    private static PredictionProfile ClassesOf((float Probability, bool IsPositive)[] rows)
    {
        var profile = PredictionProfile.Of(new ScoredAnswers([], []), new ScoredAnswers([.. rows.Select(row => row.Probability)], [.. rows.Select(_ => 0)]), ["a", "b", "c"]);
        return profile with { Hits = PredictionHits.Of(profile.Bins, rows.Select(row => (row.Probability, row.IsPositive))) };
    }

    private static (float Probability, bool IsPositive)[] Calibrated(int count, Func<float, float> shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => shape(random.NextSingle())).Select(probability => (probability, random.NextSingle() < probability))];
    }

    private static PredictionProfile ProfileOf((float Probability, bool IsPositive)[] rows)
    {
        var profile = PredictionProfile.Of([], [.. rows.Select(row => row.Probability)], ["yes", "no"], LabelOf);
        return profile with { Outcomes = PredictionOutcomes.Of(profile.Bins, rows.Select(row => (row.Probability, row.Probability >= Threshold, row.IsPositive))) };
    }

    private static PredictionCounts CountsOf((float Probability, bool IsPositive)[] rows)
    {
        var bins = new long[Reference.Bins.Count];
        foreach (var (probability, _) in rows)
        {
            bins[Reference.Bins.IndexOf(probability)]++;
        }

        return new PredictionCounts(bins, Labels(rows.LongCount(row => row.Probability >= Threshold), rows.LongCount(row => row.Probability < Threshold)));
    }

    private static Dictionary<string, long> Labels(long yes, long no) => new() { ["yes"] = yes, ["no"] = no };

    private static string LabelOf(float probability) => probability >= Threshold ? "yes" : "no";
}
