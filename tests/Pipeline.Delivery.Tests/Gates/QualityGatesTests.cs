using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

public sealed class QualityGatesTests
{
    private static readonly Digest CandidateModel = Digest.OfText("candidate");

    private static readonly LabeledBatch NoRows = new(new FeatureBatch(new FeatureSchema([]), 0), []);

    [Theory]
    [InlineData(0.70, 0.69, true)]
    [InlineData(0.70, 0.70, true)]
    [InlineData(0.70, 0.71, false)]
    public void A_floor_holds_from_its_value_on(double value, double floor, bool passes)
    {
        var row = Judge(new GateSettings(MetricNames.RocAuc, floor, null, null), With(MetricNames.RocAuc, value));

        row.Passed.Should().Be(passes);
        row.Value.Should().Be(value);
        row.Bound.Should().Be(floor);
    }

    [Theory]
    [InlineData(0.20, 0.20, true)]
    [InlineData(0.21, 0.20, false)]
    public void A_ceiling_holds_up_to_its_value(double value, double ceiling, bool passes) =>
        Judge(new GateSettings(MetricNames.Brier, null, ceiling, null), With(MetricNames.Brier, value)).Passed.Should().Be(passes);

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_undefined_metric_fails(double? value)
    {
        Judge(new GateSettings(MetricNames.RocAuc, 0, null, null), With(MetricNames.RocAuc, value)).Passed.Should().BeFalse();
        Judge(new GateSettings(MetricNames.LogLoss, null, 100, null), With(MetricNames.LogLoss, value)).Passed.Should().BeFalse();
        Judge(new GateSettings(MetricNames.RocAuc, null, null, 1), With(MetricNames.RocAuc, value)).Passed.Should().BeFalse();
    }

    [Fact]
    public void A_metric_that_is_missing_or_unknown_fails()
    {
        Judge(new GateSettings(MetricNames.RocAuc, 0, null, null), With(MetricNames.Brier, 0.1)).Passed.Should().BeFalse();
        Judge(new GateSettings("areaUnderSomething", 0, null, null), With("areaUnderSomething", 1)).Passed.Should().BeFalse();
        Judge(new GateSettings("areaUnderSomething", null, null, 1), With("areaUnderSomething", 1)).Passed.Should().BeFalse();
    }

    [Fact]
    public void A_gate_without_a_bound_fails() =>
        Judge(new GateSettings(MetricNames.RocAuc, null, null, null), With(MetricNames.RocAuc, 1)).Passed.Should().BeFalse();

    [Fact]
    public void An_empty_list_of_gates_fails()
    {
        var rows = QualityGates.Judge([], With(MetricNames.RocAuc, 1), CandidateModel, [], NoRows, TestContext.Current.CancellationToken);

        rows.Should().ContainSingle().Which.Passed.Should().BeFalse();
        Verdict(rows).Passed().Should().BeFalse();
        Verdict([]).Passed().Should().BeFalse();
    }

    [Fact]
    public void The_first_promotion_has_nothing_to_regress_from_and_says_so()
    {
        var row = Judge(new GateSettings(MetricNames.RocAuc, null, null, 0.01), With(MetricNames.RocAuc, 0.7));

        row.Passed.Should().BeTrue();
        row.Reason.Should().Contain("first promotion");
    }

    [Fact]
    public void A_champion_whose_files_are_gone_fails_the_comparison()
    {
        var champion = new Champion("staging", Digest.OfText("package"), Digest.OfText("another model"), null, "the package is nowhere");

        var row = Judge(new GateSettings(MetricNames.RocAuc, null, null, 0.01), With(MetricNames.RocAuc, 0.9), champion);

        row.Passed.Should().BeFalse();
        row.Reason.Should().Contain("the package is nowhere");
    }

    [Fact]
    public void A_champion_with_the_same_model_needs_no_files()
    {
        var champion = new Champion("staging", Digest.OfText("package"), CandidateModel, null, "the package is nowhere");

        var row = Judge(new GateSettings(MetricNames.RocAuc, null, null, 0), With(MetricNames.RocAuc, 0.9), champion);

        row.Passed.Should().BeTrue();
        row.Champion.Should().Be(0.9);
    }

    [Fact]
    public void A_champion_with_the_same_model_and_lost_files_says_nothing_of_metrics_at_a_threshold()
    {
        // The model is the same, but the threshold that it runs with is not known.
        var champion = new Champion("staging", Digest.OfText("package"), CandidateModel, null, "the package is nowhere");

        var row = Judge(new GateSettings(MetricNames.F1, null, null, 0.5), With(MetricNames.F1, 0.9), champion);

        row.Passed.Should().BeFalse();
        row.Reason.Should().Contain("the package is nowhere");
    }

    [Theory]
    [InlineData(MetricNames.Accuracy, 0.7, 0.8, 0.1, true)]
    [InlineData(MetricNames.Accuracy, 0.29, 0.3, 0.01, true)]
    [InlineData(MetricNames.Accuracy, 0.6999999, 0.8, 0.1, false)]
    [InlineData(MetricNames.LogLoss, 0.3, 0.2, 0.1, true)]
    [InlineData(MetricNames.LogLoss, 0.3000001, 0.2, 0.1, false)]
    [InlineData(MetricNames.RocAuc, 0.123456789012345678, 0.123456789012345678, 0, true)]
    public void A_regression_of_just_the_margin_passes(string metric, double candidate, double champion, double margin, bool passes)
    {
        var row = QualityGates.Compare(metric, margin, "check", candidate, 10, new QualityGates.ChampionMetrics(new Dictionary<string, double?> { [metric] = champion }, null));

        row.Passed.Should().Be(passes, row.Reason);
    }

    [Theory]
    [InlineData(0.61999, 0.62, "0.61999 < 0.62")]
    [InlineData(0.5, 0.62, "0.5000 < 0.6200")]
    [InlineData(0.62, 0.62, "0.6200 ≥ 0.6200")]
    public void A_failed_floor_shows_enough_digits_to_see_why(double value, double floor, string reason) =>
        Judge(new GateSettings(MetricNames.RocAuc, floor, null, null), With(MetricNames.RocAuc, value)).Reason.Should().Be(reason);

    private static GateRow Judge(GateSettings gate, EvaluationReport report, params Champion[] champions) =>
        QualityGates.Judge([gate], report, CandidateModel, champions, NoRows, TestContext.Current.CancellationToken).Single();

    private static EvaluationReport With(string metric, double? value) =>
        new(10, 5, 0.5f, new Dictionary<string, double?> { [metric] = value }, new ConfusionMatrix(0, 0, 0, 0), []);

    private static GateVerdict Verdict(IReadOnlyList<GateRow> rows) =>
        new("flights", CandidateModel, Digest.OfText("evaluation"), new Dictionary<string, Digest>(), rows);
}
