using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

public sealed class QualityGatesTests
{
    private static readonly Digest CandidateModel = Digest.OfText("candidate");

    private static readonly BinarySample Answers = BinarySample.Of([true, false], [0.6, 0.4], 0.5);

    [Theory]
    [InlineData(0.70, 0.69, true)]
    [InlineData(0.70, 0.70, true)]
    [InlineData(0.70, 0.71, false)]
    public void A_floor_holds_from_its_value_on(double value, double floor, bool passes)
    {
        var row = Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, floor, null, null), With(BinaryMetricNames.RocAuc, value));

        row.Passed.Should().Be(passes);
        row.Value.Should().Be(value);
        row.Bound.Should().Be(floor);
        row.Meaning.Should().StartWith("area under the ROC curve");
    }

    [Fact]
    public void A_floor_is_for_the_lower_end_of_the_interval_and_a_ceiling_for_the_upper()
    {
        var report = With(BinaryMetricNames.RocAuc, 0.7, new ConfidenceInterval(0.64, 0.76, "delong"));

        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, 0.64, null, null), report).Outcome.Should().Be(GateOutcome.Pass);
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, 0.76, null), report).Outcome.Should().Be(GateOutcome.Pass);
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, 0.75, null), report).Outcome.Should().Be(GateOutcome.Fail);
        var row = Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, 0.65, null, null), report);
        row.Outcome.Should().Be(GateOutcome.Fail);
        row.Reason.Should().Be("lower end of the interval 0.6400 < 0.6500; the value itself would pass, but it may be chance: more test rows would tell");
    }

    [Fact]
    public void A_value_whose_interval_too_few_rows_tell_is_neither_pass_nor_fail()
    {
        var report = With(BinaryMetricNames.RocAuc, 0.9) with { Metrics = new Dictionary<string, MetricEstimate> { [BinaryMetricNames.RocAuc] = new(0.9, null, null) } };

        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, 0.6, null, null), report).Outcome.Should().Be(GateOutcome.NotEnoughData);
    }

    [Theory]
    [InlineData(99, 50, false)]
    [InlineData(100, 19, false)]
    [InlineData(100, 81, false)]
    [InlineData(100, 80, true)]
    public void Too_few_rows_are_said_first_and_are_not_a_failure(int rows, int positives, bool isEnough)
    {
        var report = With(BinaryMetricNames.RocAuc, 0.9) with { Rows = rows, Binary = new BinaryDetail(positives, 0.5f, new ConfusionMatrix(0, 0, 0, 0), []) };

        var judged = JudgeAll(new MetricGateSettings(BinaryMetricNames.RocAuc, 0.6, null, null), report);

        judged[0].Outcome.Should().Be(isEnough ? GateOutcome.Pass : GateOutcome.NotEnoughData);
        judged[0].Check.Should().Be("test rows ≥ 100, of each class ≥ 20");
        Verdict(judged).Outcome().Should().Be(isEnough ? GateOutcome.Pass : GateOutcome.NotEnoughData);
        Verdict([.. judged, new GateRow("another", rows, GateOutcome.Fail, "no")]).Outcome().Should().Be(GateOutcome.Fail, "more rows would not help");
    }

    [Theory]
    [InlineData(0.20, 0.20, true)]
    [InlineData(0.21, 0.20, false)]
    public void A_ceiling_holds_up_to_its_value(double value, double ceiling, bool passes) =>
        Judge(new MetricGateSettings(BinaryMetricNames.Brier, null, ceiling, null), With(BinaryMetricNames.Brier, value)).Passed.Should().Be(passes);

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_undefined_metric_fails(double? value)
    {
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, 0, null, null), With(BinaryMetricNames.RocAuc, value)).Passed.Should().BeFalse();
        Judge(new MetricGateSettings(BinaryMetricNames.LogLoss, null, 100, null), With(BinaryMetricNames.LogLoss, value)).Passed.Should().BeFalse();
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 1), With(BinaryMetricNames.RocAuc, value)).Passed.Should().BeFalse();
    }

    [Fact]
    public void A_metric_that_is_missing_or_unknown_fails()
    {
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, 0, null, null), With(BinaryMetricNames.Brier, 0.1)).Passed.Should().BeFalse();
        Judge(new MetricGateSettings("areaUnderSomething", 0, null, null), With("areaUnderSomething", 1)).Passed.Should().BeFalse();
        Judge(new MetricGateSettings("areaUnderSomething", null, null, 1), With("areaUnderSomething", 1)).Passed.Should().BeFalse();
    }

    [Fact]
    public void A_gate_without_a_bound_fails() =>
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, null), With(BinaryMetricNames.RocAuc, 1)).Passed.Should().BeFalse();

    [Fact]
    public void An_empty_list_of_gates_fails()
    {
        var rows = QualityGates.Judge([], EvaluationSettings.Default, With(BinaryMetricNames.RocAuc, 1), new Lazy<IMetricSample>(Answers), [], TestContext.Current.CancellationToken);

        rows.Should().ContainSingle().Which.Passed.Should().BeFalse();
        Verdict(rows).Passed().Should().BeFalse();
        Verdict([]).Passed().Should().BeFalse();
    }

    [Fact]
    public void The_first_promotion_has_nothing_to_regress_from_and_says_so()
    {
        var row = Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 0.01), With(BinaryMetricNames.RocAuc, 0.7));

        row.Passed.Should().BeTrue();
        row.Reason.Should().Contain("first promotion");
    }

    [Fact]
    public void A_champion_whose_files_are_gone_fails_the_comparison()
    {
        var champion = new ComparedChampion(Staging, null, KnowsDecisions: false, "the package is nowhere");

        var row = Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 0.01), With(BinaryMetricNames.RocAuc, 0.9), champion);

        row.Outcome.Should().Be(GateOutcome.Fail);
        row.Reason.Should().Contain("the package is nowhere");
    }

    [Fact]
    public void A_champion_whose_threshold_is_not_known_says_nothing_of_metrics_that_need_one()
    {
        // The model is the same and its files are lost: the probabilities are known, and what they were cut at is not.
        var champion = new ComparedChampion(Staging, Answers, KnowsDecisions: false, "the package is nowhere");

        Judge(new MetricGateSettings(BinaryMetricNames.F1, null, null, 0.5), With(BinaryMetricNames.F1, 0.9), champion).Outcome.Should().Be(GateOutcome.Fail);
        var row = Judge(new MetricGateSettings(BinaryMetricNames.LogLoss, null, null, 0), With(BinaryMetricNames.LogLoss, 0.5), champion);
        row.Outcome.Should().Be(GateOutcome.Pass, "it is the same model");
        row.Difference!.Value.Should().Be(0);
    }

    [Theory]
    [InlineData(BinaryMetricNames.RocAuc)]
    [InlineData(BinaryMetricNames.LogLoss)]
    [InlineData(BinaryMetricNames.Accuracy)]
    public void A_regression_is_judged_by_the_end_of_the_paired_difference(string metric)
    {
        var (candidate, champion) = (Noisy(0.35), Noisy(0.3));
        var report = With(metric, MetricEstimates.Values(candidate)[metric]);
        var compared = new ComparedChampion(Staging, champion, KnowsDecisions: true, null);
        var loose = QualityGates.Judge([new MetricGateSettings(metric, null, null, 1)], EvaluationSettings.Default, report, new Lazy<IMetricSample>(candidate), [compared], TestContext.Current.CancellationToken)[1];
        var isHigherBetter = BinaryMetrics.ByName[metric].Direction == MetricDirection.HigherIsBetter;
        var (loss, worst) = (Math.Abs(loose.Difference!.Value), isHigherBetter ? -loose.Difference.LowerBound : loose.Difference.UpperBound);

        loose.Outcome.Should().Be(GateOutcome.Pass);
        worst.Should().BeGreaterThan(loss, "chance has its part");
        Outcome(worst + 1e-6).Should().Be(GateOutcome.Pass);
        Outcome(worst - 1e-6).Should().Be(GateOutcome.Fail);
        Outcome(loss + 1e-6).Should().Be(GateOutcome.Fail, "the difference itself is within the margin, but that may be chance");
        loose.Reason.Should().Contain("on the same 400 rows, with 95 % confidence not ");
        loose.Difference.Interval.Method.Should().Be(metric == BinaryMetricNames.RocAuc ? "delong" : "bootstrap");

        GateOutcome Outcome(double margin) =>
            QualityGates.Judge([new MetricGateSettings(metric, null, null, margin)], EvaluationSettings.Default, report, new Lazy<IMetricSample>(candidate), [compared], TestContext.Current.CancellationToken)[1].Outcome;
    }

    [Fact]
    public void A_relative_margin_is_a_share_of_the_champions_value()
    {
        var (candidate, champion) = (Noisy(0.35), Noisy(0.3));
        var gate = new MetricGateSettings(BinaryMetricNames.LogLoss, null, null, null) { MaxRelativeRegression = 0.5 };

        var row = QualityGates.Judge([gate], EvaluationSettings.Default, With(BinaryMetricNames.LogLoss, 0.5), new Lazy<IMetricSample>(candidate), [new ComparedChampion(Staging, champion, KnowsDecisions: true, null)], TestContext.Current.CancellationToken)[1];

        row.Check.Should().StartWith("logLoss at most 50 % above the champion's (staging ");
        row.Bound.Should().BeApproximately(1.5 * MetricEstimates.Values(champion)[BinaryMetricNames.LogLoss]!.Value, 1e-12);
        row.Outcome.Should().Be(GateOutcome.Pass);
    }

    [Theory]
    [InlineData(0.61999, 0.62, "lower end of the interval 0.61999 < 0.62")]
    [InlineData(0.5, 0.62, "lower end of the interval 0.5000 < 0.6200")]
    [InlineData(0.62, 0.62, "lower end of the interval 0.6200 ≥ 0.6200")]
    public void A_failed_floor_shows_enough_digits_to_see_why(double value, double floor, string reason) =>
        Judge(new MetricGateSettings(BinaryMetricNames.RocAuc, floor, null, null), With(BinaryMetricNames.RocAuc, value)).Reason.Should().Be(reason);

    private static readonly Champion Staging = new("staging", Digest.OfText("package"), Digest.OfText("another model"), null, "the package is nowhere");

    private static GateRow Judge(GateSettings gate, EvaluationReport report, params ComparedChampion[] champions) => JudgeAll(gate, report, champions)[1];

    private static IReadOnlyList<GateRow> JudgeAll(GateSettings gate, EvaluationReport report, params ComparedChampion[] champions) =>
        QualityGates.Judge([gate], EvaluationSettings.Default, report, new Lazy<IMetricSample>(Answers), champions, TestContext.Current.CancellationToken);

    private static EvaluationReport With(string metric, double? value, ConfidenceInterval? interval = null) => new(
        400,
        new Dictionary<string, MetricEstimate> { [metric] = new(value, value is null ? "there is a reason" : null, interval ?? (value is { } v ? new ConfidenceInterval(v, v, "wilson") : null)) })
    {
        Binary = new BinaryDetail(200, 0.5f, new ConfusionMatrix(0, 0, 0, 0), []),
    };

    private static GateVerdict Verdict(IReadOnlyList<GateRow> rows) =>
        new(GateVerdict.CurrentSchemaVersion, "flights", CandidateModel, Digest.OfText("evaluation"), new Dictionary<string, Digest>(), rows);

    // 400 rows that a model answers with so much noise: the same rows for each.
    private static BinarySample Noisy(double noise)
    {
        var (random, other) = (new Random(1), new Random(2));
        var labels = Enumerable.Range(0, 400).Select(_ => random.Next(2) == 0).ToArray();
        return BinarySample.Of(labels, [.. labels.Select(label => Math.Clamp((label ? 0.65 : 0.35) + (noise * ((2 * random.NextDouble()) - 1)) + (0.3 * noise * other.NextDouble()), 0.01, 0.99))], 0.5);
    }
}
