using Pipeline.Metrics.Multiclass;

namespace Pipeline.Metrics.Tests.Multiclass;

public sealed class MulticlassMetricsTests
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["accuracy_micro"] = MulticlassMetricNames.Accuracy,
        ["macro_recall_balanced_accuracy_mlnet_MacroAccuracy"] = MulticlassMetricNames.BalancedAccuracy,
        ["f1_macro"] = MulticlassMetricNames.MacroF1,
        ["f1_weighted"] = MulticlassMetricNames.WeightedF1,
        ["mcc"] = MulticlassMetricNames.MatthewsCorrelation,
        ["cohen_kappa"] = MulticlassMetricNames.Kappa,
        ["log_loss_nats"] = MulticlassMetricNames.LogLoss,
        ["roc_auc_ovr_macro"] = MulticlassMetricNames.RocAucOneVersusRest,
        ["roc_auc_ovo_macro_hand_till"] = MulticlassMetricNames.RocAucOneVersusOne,
        ["top2_accuracy"] = MulticlassMetricNames.Top2Accuracy,
        ["brier_multiclass_sum"] = MulticlassMetricNames.Brier,
        ["ece_top_label_10"] = MulticlassMetricNames.CalibrationError,
    };

    private static MulticlassSample Sample()
    {
        var vector = EvaluationVectors.Root.GetProperty("multiclass");
        return MulticlassSample.Of(3, vector.Integers("y"), [.. vector.GetProperty("p").EnumerateArray().SelectMany(row => row.EnumerateArray().Select(p => p.GetDouble()))]);
    }

    [Fact]
    public void Metrics_equal_scikit_learns()
    {
        var metrics = MetricEstimates.Values(Sample());

        EvaluationVectors.Compare(metrics, EvaluationVectors.Root.GetProperty("multiclass"), Names).Should().Be(Names.Count);
        metrics.Keys.Should().Equal(MulticlassMetrics.All.Select(metric => metric.Name));
        metrics[MulticlassMetricNames.Top3Accuracy].Should().Be(1, "there are three classes");
    }

    [Fact]
    public void Classes_equal_scikit_learns()
    {
        var vector = EvaluationVectors.Root.GetProperty("multiclass");

        var sample = Sample();

        sample.Confusion.Select(row => row.Select(count => (int)count)).Should().BeEquivalentTo(vector.GetProperty("confusion_rows_actual").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32())), options => options.WithStrictOrdering());
        sample.Classes.Select(rates => rates.Precision!.Value).Should().Equal(vector.Numbers("precision_per_class"), (actual, expected) => Math.Abs(actual - expected) < EvaluationVectors.Tolerance);
        sample.Classes.Select(rates => rates.Recall!.Value).Should().Equal(vector.Numbers("recall_per_class"), (actual, expected) => Math.Abs(actual - expected) < EvaluationVectors.Tolerance);
        sample.Classes.Select(rates => rates.F1!.Value).Should().Equal(vector.Numbers("f1_per_class"), (actual, expected) => Math.Abs(actual - expected) < EvaluationVectors.Tolerance);
    }

    [Fact]
    public void What_needs_a_class_without_rows_is_undefined_and_says_so()
    {
        var estimates = MetricEstimates.Of(MulticlassSample.Of(3, [0, 1], [0.6, 0.3, 0.1, 0.1, 0.8, 0.1]), new(20, 1), TestContext.Current.CancellationToken);

        estimates[MulticlassMetricNames.BalancedAccuracy].Should().Be(new MetricEstimate(null, "a class has no row", null));
        estimates[MulticlassMetricNames.MacroPrecision].Undefined.Should().Be("a class is never predicted");
        estimates[MulticlassMetricNames.MacroF1].Undefined.Should().Be("a class has no row and is never predicted");
        estimates[MulticlassMetricNames.RocAucOneVersusRest].Value.Should().BeNull();
        estimates[MulticlassMetricNames.RocAucOneVersusOne].Value.Should().BeNull();
        estimates[MulticlassMetricNames.Accuracy].Interval!.Method.Should().Be("wilson");
        estimates[MulticlassMetricNames.WeightedF1].Value.Should().Be(1);
    }

    [Theory]
    [InlineData(3, 0.5, "*label of row 1 is 3*")]
    [InlineData(-1, 0.5, "*label of row 1 is -1*")]
    [InlineData(1, 1.5, "*row 1*")]
    [InlineData(1, double.NaN, "*row 1*")]
    [InlineData(1, 0.3, "*row 1 sum up to 0.8*")]
    public void Rows_that_are_none_are_refused(int label, double probability, string message)
    {
        var act = () => MulticlassSample.Of(3, [0, label], [1, 0, 0, 0.25, probability, 0.25]);

        act.Should().Throw<ArgumentException>().WithMessage(message);
    }
}
