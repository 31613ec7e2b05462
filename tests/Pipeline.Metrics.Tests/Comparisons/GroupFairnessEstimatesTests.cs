using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Tests.Comparisons;

public sealed class GroupFairnessEstimatesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Values_are_those_of_the_groups_confusion_matrices_and_lie_in_their_intervals()
    {
        var (labels, decisions, groups) = Rows(seed: 1, 3_000, [0.3, 0.5]);
        var wanted = GroupFairness.Of([Matrix(labels, decisions, groups, 0), Matrix(labels, decisions, groups, 1)]);

        var estimates = GroupFairnessEstimates.Of(labels, decisions, groups, 2, Resampling.Default, Token);

        estimates["demographicParityDifference"].Value.Should().Be(wanted.DemographicParityDifference);
        estimates["disparateImpactRatio"].Value.Should().Be(wanted.DisparateImpactRatio);
        estimates["equalOpportunityDifference"].Value.Should().Be(wanted.EqualOpportunityDifference);
        estimates["equalizedOddsDifference"].Value.Should().Be(wanted.EqualizedOddsDifference);
        estimates.Values.Should().AllSatisfy(estimate => estimate.Value.Should().BeInRange(estimate.Interval!.Low, estimate.Interval.High));
    }

    [Fact]
    public void An_interval_has_the_true_difference_in_it_about_as_often_as_it_says()
    {
        var hits = Enumerable.Range(0, 100).Count(seed =>
        {
            var (labels, decisions, groups) = Rows(seed, 1_000, [0.3, 0.5]);
            var interval = GroupFairnessEstimates.Of(labels, decisions, groups, 2, new Resampling(200, 1), Token)["demographicParityDifference"].Interval!;
            return interval.Low <= 0.2 && 0.2 <= interval.High;
        });

        hits.Should().BeInRange(86, 100, "95 of 100, give or take four standard deviations");
    }

    [Fact]
    public void Rows_of_no_group_do_not_count()
    {
        var (labels, decisions, groups) = Rows(seed: 2, 500, [0.3, 0.5]);
        var wanted = GroupFairnessEstimates.Of(labels, decisions, groups, 2, Resampling.Default, Token);

        var more = GroupFairnessEstimates.Of([.. labels, true, true], [.. decisions, true, false], [.. groups, -1, -1], 2, Resampling.Default, Token);

        more.Should().BeEquivalentTo(wanted);
    }

    [Fact]
    public void A_group_without_positives_leaves_undefined_what_needs_them()
    {
        var estimates = GroupFairnessEstimates.Of([false, false, true, false], [true, false, true, false], [0, 0, 1, 1], 2, Resampling.Default, Token);

        estimates["demographicParityDifference"].Value.Should().Be(0);
        estimates["equalOpportunityDifference"].Should().BeEquivalentTo(new { Value = (double?)null, Undefined = "a group has no row of one class, or no row is predicted positive" });
    }

    private static ConfusionMatrix Matrix(bool[] labels, bool[] decisions, int[] groups, int group)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => groups[row] == group)];
        return ConfusionMatrix.Of([.. rows.Select(row => labels[row])], [.. rows.Select(row => decisions[row] ? 1.0 : 0)], 0.5);
    }

    /// <summary>Groups of equal size, each with its own share of rows that are predicted positive.</summary>
    private static (bool[] Labels, bool[] Decisions, int[] Groups) Rows(int seed, int count, double[] shares)
    {
        var random = new Random(seed);
        int[] groups = [.. Enumerable.Range(0, count).Select(row => row % shares.Length)];
        return ([.. groups.Select(_ => random.NextDouble() < 0.4)], [.. groups.Select(group => random.NextDouble() < shares[group])], groups);
    }
}
