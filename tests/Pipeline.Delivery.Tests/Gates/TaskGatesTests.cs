using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Tests.Reports.Evaluations;
using Pipeline.Metrics;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

/// <summary>Gates on models of several classes and of a number.</summary>
public sealed class TaskGatesTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    [Fact]
    public void A_bound_is_for_a_metric_of_the_reports_task()
    {
        var (classes, number) = (SampleEvaluations.Multiclass(500, Classes), SampleEvaluations.Regression(500));

        Judge(classes, new MetricGateSettings(MulticlassMetricNames.MacroF1, 0.1, null, null)).Outcome.Should().Be(GateOutcome.Pass);
        Judge(number, new MetricGateSettings(RegressionMetricNames.MeanAbsoluteError, null, 5, null)).Outcome.Should().Be(GateOutcome.Pass);
        Judge(number, new MetricGateSettings(RegressionMetricNames.MeanAbsoluteError, null, 0.1, null)).Outcome.Should().Be(GateOutcome.Fail);
        Judge(number, new MetricGateSettings(RegressionMetricNames.MeanAbsoluteError, null, 5, null)).Meaning.Should().Be("mean of |error|");
        var unknown = Judge(number, new MetricGateSettings(MulticlassMetricNames.MacroF1, 0.1, null, null));
        (unknown.Outcome, unknown.Reason).Should().Be((GateOutcome.Fail, "there is no metric 'macroF1'"));
    }

    [Fact]
    public void Rows_are_counted_by_class_only_where_there_are_classes()
    {
        var classes = SampleEvaluations.Multiclass(200, Classes);
        var rarest = classes.Multiclass!.Classes.Min(one => one.Rates.Rows);

        var rows = JudgeAll(classes, new MetricGateSettings(MulticlassMetricNames.Accuracy, 0, null, null), EvaluationSettings.Default with { MinRowsPerClass = (int)rarest + 1 })[0];

        rows.Outcome.Should().Be(GateOutcome.NotEnoughData);
        rows.Reason.Should().StartWith($"200 rows, {rarest} of the rarest class: ");
        var number = JudgeAll(SampleEvaluations.Regression(200), new MetricGateSettings(RegressionMetricNames.RSquared, 0, null, null), EvaluationSettings.Default)[0];
        (number.Check, number.Reason, number.Outcome).Should().Be(("test rows ≥ 100", "200 rows", GateOutcome.Pass));
        JudgeAll(SampleEvaluations.Regression(99), new MetricGateSettings(RegressionMetricNames.RSquared, 0, null, null), EvaluationSettings.Default)[0].Outcome.Should().Be(GateOutcome.NotEnoughData);
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(1)]
    [InlineData(1e8)]
    public void A_comparison_is_in_the_labels_unit(double unit)
    {
        var random = new Random(2);
        var labels = Enumerable.Range(0, 400).Select(_ => unit * random.NextDouble()).ToArray();
        var better = RegressionSample.Of(labels, [.. labels.Select(label => label + (unit * 0.1 * random.NextDouble()))]);
        var worse = RegressionSample.Of(labels, [.. labels.Select(label => label + (unit * 0.2 * random.NextDouble()))]);

        Compare(better, worse, 0).Outcome.Should().Be(GateOutcome.Pass);
        Compare(worse, worse, 0).Outcome.Should().Be(GateOutcome.Pass, "it is the same");
        Compare(worse, better, 0.1 * unit).Outcome.Should().Be(GateOutcome.Pass);
        Compare(worse, better, 0.01 * unit).Outcome.Should().Be(GateOutcome.Fail);
        Compare(worse, better, 0.01 * unit).Difference!.Value.Should().BeInRange(0.03 * unit, 0.07 * unit);
    }

    [Fact]
    public void A_comparison_of_classes_needs_no_test_of_two_classes()
    {
        var answers = SampleEvaluations.MulticlassAnswers(300, 3);
        var report = SampleEvaluations.Multiclass(300, Classes);

        var row = Compare(report, answers, answers, new MetricGateSettings(MulticlassMetricNames.Accuracy, null, null, 0));

        (row.Outcome, row.Difference!.Value).Should().Be((GateOutcome.Pass, 0));
        row.Reason.Should().NotContain("McNemar");
    }

    private static GateRow Compare(RegressionSample candidate, RegressionSample champion, double margin)
    {
        var report = SampleEvaluations.Regression(400) with { Metrics = MetricEstimates.Values(candidate).ToDictionary(metric => metric.Key, metric => new MetricEstimate(metric.Value, null, null)) };
        return Compare(report, candidate, champion, new MetricGateSettings(RegressionMetricNames.MeanAbsoluteError, null, null, margin));
    }

    private static GateRow Compare(EvaluationReport report, IMetricSample candidate, IMetricSample champion, MetricGateSettings gate)
    {
        var staging = new Champion("staging", Digest.OfText("package"), Digest.OfText("model"), null, null);
        return QualityGates.Judge([gate], EvaluationSettings.Default, report, new Lazy<IMetricSample>(candidate), [new ComparedChampion(staging, champion, KnowsDecisions: true, null)], TestContext.Current.CancellationToken)[1];
    }

    private static GateRow Judge(EvaluationReport report, MetricGateSettings gate) => JudgeAll(report, gate, EvaluationSettings.Default)[1];

    private static IReadOnlyList<GateRow> JudgeAll(EvaluationReport report, MetricGateSettings gate, EvaluationSettings settings) =>
        QualityGates.Judge([gate], settings, report, new Lazy<IMetricSample>(() => throw new InvalidOperationException("There is no champion to compare with.")), [], TestContext.Current.CancellationToken);
}
