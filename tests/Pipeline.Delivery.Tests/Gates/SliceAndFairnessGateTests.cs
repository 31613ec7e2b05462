using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Gates;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

public sealed class SliceAndFairnessGateTests
{
    private static readonly EvaluationSettings Settings = EvaluationSettings.Default with { MinSliceRows = 100, Resamples = 200 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_slice_that_is_below_the_floor_beyond_chance_fails_and_is_named()
    {
        var row = Floor(0.6, Slice("a = 1", 0.70, 0.02), Slice("a = 2", 0.50, 0.02), Slice("a = 3", 0.65, 0.05));

        row.Outcome.Should().Be(GateOutcome.Fail);
        row.Check.Should().Be("rocAuc ≥ 0.6 in each of a");
        row.Value.Should().Be(0.50);
        row.Reason.Should().Be("worst: a = 2; of 3 slices 1 surely hold, 1 may, 1 does not beyond chance");
    }

    [Fact]
    public void Slices_that_are_below_by_chance_alone_do_not_fail_and_are_counted()
    {
        var row = Floor(0.6, Slice("a = 1", 0.70, 0.02), Slice("a = 2", 0.57, 0.03));

        row.Outcome.Should().Be(GateOutcome.Pass);
        row.Value.Should().Be(0.57);
        row.Reason.Should().Be("worst: a = 2; of 2 slices 1 surely hold, 1 may, 0 do not beyond chance");
    }

    [Fact]
    public void What_would_be_beyond_chance_alone_is_not_among_many()
    {
        // Two standard errors below: p is 0.02 alone, and 0.46 of twenty.
        var low = Slice("a = low", 0.60 - 0.04, 0.02);

        Floor(0.6, low).Outcome.Should().Be(GateOutcome.Fail);
        Floor(0.6, [low, .. Enumerable.Range(0, 19).Select(i => Slice($"a = {i}", 0.7, 0.02))]).Outcome.Should().Be(GateOutcome.Pass);
    }

    [Fact]
    public void A_rate_of_one_row_is_judged_by_the_side_of_its_interval_that_is_towards_the_bound()
    {
        // Wilson's interval of 0 of 1: of a true rate of 0.65, one in three looks so. Half its width would make it a p of 0.001.
        var none = new SliceReport("a", "a = 1", 500, 250, new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(0, null, new ConfidenceInterval(0, 0.7935, "wilson")) });
        var all = new SliceReport("a", "a = 2", 500, 250, new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(1, null, new ConfidenceInterval(0.2065, 1, "wilson")) });

        Floor(0.65, none).Outcome.Should().Be(GateOutcome.Pass);
        Floor(0.99, none).Outcome.Should().Be(GateOutcome.Fail);
        Floor(0.7, all).Reason.Should().Contain("0 surely hold, 1 may");
        Floor(0.2, all).Reason.Should().Contain("1 surely hold, 0 may");
    }

    [Fact]
    public void A_metric_that_no_slice_has_is_not_blamed_on_their_rows()
    {
        var undefined = new SliceReport("a", "a = 9", 120, 0, new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(null, "there are rows of one class only", null) });

        Floor(0.6, undefined, new SliceReport("a", "a = 8", 99, 50, null)).Should().BeEquivalentTo(
            new { Outcome = GateOutcome.NotEnoughData, Reason = "of 2 slices it is undefined on 1; 1 with fewer than 100 rows is not judged: widen splits.test, or use a metric that they have" });
    }

    [Fact]
    public void Small_slices_are_not_judged_and_said_and_nothing_but_small_ones_is_not_enough_data()
    {
        var small = new SliceReport("a", "a = 9", 99, 50, null);

        Floor(0.6, Slice("a = 1", 0.7, 0.02), small).Reason.Should().EndWith("; 1 with fewer than 100 rows is not judged");
        Floor(0.6, small).Should().BeEquivalentTo(new { Outcome = GateOutcome.NotEnoughData, Reason = "none of 1 slices has 100 rows on which it is defined: widen splits.test, or lower evaluation.minSliceRows" });
    }

    [Fact]
    public void A_named_part_of_which_nothing_can_be_judged_is_not_passed_over()
    {
        var gate = new MetricGateSettings(BinaryMetricNames.RocAuc, 0.6, null, null) { Slices = ["a", "night"] };
        GateRow Judge(params SliceReport[] slices) => new SliceGate(Report(slices), new Lazy<IMetricSample>(() => throw new InvalidOperationException("no answers are needed")), new Lazy<IReadOnlyList<RowSlice>>([]), Settings, Token).Judge(gate, []).Single();
        var night = new SliceReport("night", "night", 12, 5, null);

        var row = Judge(Slice("a = 1", 0.7, 0.02), night);

        row.Outcome.Should().Be(GateOutcome.NotEnoughData);
        row.Reason.Should().EndWith("; 1 with fewer than 100 rows is not judged; nothing of night can be judged: widen splits.test, or lower evaluation.minSliceRows");
        Judge(Slice("a = 1", 0.5, 0.02), night).Outcome.Should().Be(GateOutcome.Fail, "what is known to be bad is");
    }

    [Fact]
    public void A_slice_on_which_the_metric_is_undefined_is_said()
    {
        var oneClass = new SliceReport("a", "a = 9", 120, 0, new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(null, "there are rows of one class only", null) });

        Floor(0.6, Slice("a = 1", 0.7, 0.02), oneClass).Reason.Should().EndWith("; in 1 it is undefined");
    }

    [Fact]
    public void A_champion_that_is_better_on_one_slice_alone_is_found_there()
    {
        var random = new Random(5);
        bool[] labels = [.. Enumerable.Range(0, 2_000).Select(_ => random.NextDouble() < 0.5)];
        double[] champion = [.. labels.Select(label => Math.Clamp((label ? 0.6 : 0.4) + (random.NextDouble() * 0.6) - 0.3, 0.01, 0.99))];
        var candidate = champion.ToArray();
        for (var row = 0; row < 300; row++)
        {
            candidate[row] = random.NextDouble();
        }

        var slices = new List<RowSlice> { new("a", "a = 1", [.. Enumerable.Range(0, 300)]), new("a", "a = 2", [.. Enumerable.Range(300, 1_700)]) };
        var gate = new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 0.05) { Slices = ["a"] };
        var compared = new ComparedChampion(new Champion("staging", Digest.OfText("package"), Digest.OfText("model"), null, null), BinarySample.Of(labels, champion, 0.5), KnowsDecisions: true, null);

        GateRow Judge(double[] answers) => new SliceGate(Report([]), new Lazy<IMetricSample>(BinarySample.Of(labels, answers, 0.5)), new Lazy<IReadOnlyList<RowSlice>>(slices), Settings, Token).Judge(gate, [compared]).Single();

        var worse = Judge(candidate);
        worse.Outcome.Should().Be(GateOutcome.Fail);
        worse.Reason.Should().StartWith("worst: a = 1; of 2 slices 1 surely hold, 0 may, 1 does not beyond chance");
        worse.Champion.Should().BeApproximately(MetricEstimates.Values(BinarySample.Of(labels.AsSpan(0, 300), champion.AsSpan(0, 300), 0.5))[BinaryMetricNames.RocAuc]!.Value, 1e-12);
        worse.Rows.Should().Be(300);
        Judge(champion).Outcome.Should().Be(GateOutcome.Pass);
    }

    [Fact]
    public void Without_a_champion_a_comparison_is_the_first_promotion_and_one_that_cannot_be_had_fails()
    {
        var gate = new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 0.05) { Slices = ["a"] };
        var judge = new SliceGate(Report([]), new Lazy<IMetricSample>(BinarySample.Of([true, false], [0.6, 0.4], 0.5)), new Lazy<IReadOnlyList<RowSlice>>([]), Settings, Token);
        var lost = new ComparedChampion(new Champion("staging", Digest.OfText("package"), Digest.OfText("model"), null, "gone"), null, KnowsDecisions: false, "it cannot be compared: gone");

        judge.Judge(gate, []).Single().Should().BeEquivalentTo(new { Outcome = GateOutcome.Pass, Reason = "no champion yet: this is the first promotion" });
        judge.Judge(gate, [lost]).Single().Should().BeEquivalentTo(new { Outcome = GateOutcome.Fail, Reason = "it cannot be compared: gone" });
    }

    [Theory]
    [InlineData(FairnessMeasures.DisparateImpactRatio, 0.8, 0.85, GateOutcome.Pass)]
    [InlineData(FairnessMeasures.DisparateImpactRatio, 0.8, 0.82, GateOutcome.Fail)]
    [InlineData(FairnessMeasures.EqualizedOddsDifference, 0.1, 0.05, GateOutcome.Pass)]
    [InlineData(FairnessMeasures.EqualizedOddsDifference, 0.1, 0.08, GateOutcome.Fail)]
    public void Fairness_is_judged_by_the_end_of_the_interval(string measure, double bound, double value, GateOutcome outcome)
    {
        var isRatio = FairnessMeasures.IsRatio(measure);
        var measures = FairnessMeasures.Names.ToDictionary(name => name, name => new MetricEstimate(value, null, new ConfidenceInterval(value - 0.03, value + 0.03, "bootstrap")));
        var report = Report([]) with { Fairness = [new GroupFairnessReport("a", [new TreatedGroup("x", 500, 0.4, 0.5, 0.3), new TreatedGroup("y", 400, 0.3, 0.4, 0.2)], 2, measures)] };

        var row = FairnessGate.Judge(new FairnessGateSettings(measure, "a", isRatio ? bound : null, isRatio ? null : bound), report, Settings);

        row.Outcome.Should().Be(outcome);
        row.Rows.Should().Be(900);
        row.Reason.Should().EndWith("; 2 groups, predicted positive from 0.3000 (y) to 0.4000 (x); 2 with fewer than 100 rows are not judged");
    }

    [Fact]
    public void Names_of_slices_and_groups_stay_on_their_line_whatever_the_data_hold()
    {
        const string name = "a = \u001b[31mred\n";
        var measures = FairnessMeasures.Names.ToDictionary(measure => measure, _ => new MetricEstimate(0.9, null, new ConfidenceInterval(0.8, 1, "bootstrap")));
        var report = Report([]) with { Fairness = [new GroupFairnessReport("a", [new TreatedGroup(name, 500, 0.4, 0.5, 0.3), new TreatedGroup(new string('y', 5_000), 400, 0.3, 0.4, 0.2)], 0, measures)] };

        Floor(0.6, Slice(name, 0.7, 0.02)).Reason.Should().StartWith("worst: a = ␛[31mred␊; of 1 slices");
        FairnessGate.Judge(new FairnessGateSettings(FairnessMeasures.DisparateImpactRatio, "a", 0.8, null), report, Settings).Reason.Should().Contain("yyy…) to 0.4000 (a = ␛[31mred␊)").And.Subject.Length.Should().BeLessThan(300);
    }

    [Fact]
    public void Every_measure_of_fairness_that_a_gate_can_name_is_computed()
    {
        FairnessMeasures.Names.Should().Equal(GroupFairnessEstimates.Names);
    }

    [Fact]
    public void One_group_is_not_enough_to_compare()
    {
        var report = Report([]) with { Fairness = [new GroupFairnessReport("a", [new TreatedGroup("x", 500, 0.4, 0.5, 0.3)], 1, null)] };

        FairnessGate.Judge(new FairnessGateSettings(FairnessMeasures.DisparateImpactRatio, "a", 0.8, null), report, Settings).Outcome.Should().Be(GateOutcome.NotEnoughData);
    }

    private static GateRow Floor(double floor, params SliceReport[] slices)
    {
        var gate = new MetricGateSettings(BinaryMetricNames.RocAuc, floor, null, null) { Slices = ["a"] };
        return new SliceGate(Report(slices), new Lazy<IMetricSample>(() => throw new InvalidOperationException("no answers are needed")), new Lazy<IReadOnlyList<RowSlice>>([]), Settings, Token).Judge(gate, []).Single();
    }

    private static SliceReport Slice(string name, double value, double error) =>
        new("a", name, 500, 250, new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(value, null, new ConfidenceInterval(value - (1.96 * error), value + (1.96 * error), "delong")) });

    private static EvaluationReport Report(IReadOnlyList<SliceReport> slices) =>
        new(1_000, new Dictionary<string, MetricEstimate>()) { Binary = new BinaryDetail(500, 0.5f, new ConfusionMatrix(0, 0, 0, 0), []), Slices = slices };
}
