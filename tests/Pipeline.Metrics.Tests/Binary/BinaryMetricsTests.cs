using Pipeline.Metrics.Binary;

namespace Pipeline.Metrics.Tests.Binary;

public sealed class BinaryMetricsTests
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["accuracy"] = BinaryMetricNames.Accuracy,
        ["balanced_accuracy"] = BinaryMetricNames.BalancedAccuracy,
        ["precision"] = BinaryMetricNames.Precision,
        ["recall_tpr"] = BinaryMetricNames.Recall,
        ["specificity_tnr"] = BinaryMetricNames.Specificity,
        ["fpr"] = BinaryMetricNames.FalsePositiveRate,
        ["npv"] = BinaryMetricNames.NegativePredictiveValue,
        ["f1"] = BinaryMetricNames.F1,
        ["mcc"] = BinaryMetricNames.MatthewsCorrelation,
        ["cohen_kappa"] = BinaryMetricNames.Kappa,
        ["roc_auc"] = BinaryMetricNames.RocAuc,
        ["average_precision"] = BinaryMetricNames.AveragePrecision,
        ["log_loss_nats"] = BinaryMetricNames.LogLoss,
        ["log_loss_reduction"] = BinaryMetricNames.LogLossReduction,
        ["brier"] = BinaryMetricNames.Brier,
        ["brier_skill"] = BinaryMetricNames.BrierSkill,
        ["ece_10_equal_width"] = BinaryMetricNames.CalibrationError,
        ["mce_10_equal_width"] = BinaryMetricNames.GreatestCalibrationError,
        ["ece_10_equal_mass"] = BinaryMetricNames.CalibrationErrorOfEqualMass,
        ["mean_predicted"] = BinaryMetricNames.MeanProbability,
        ["base_rate"] = BinaryMetricNames.BaseRate,
        ["ks_of_scores"] = BinaryMetricNames.KolmogorovSmirnov,
        ["selection_rate"] = BinaryMetricNames.PredictedPositiveRate,
    };

    public static TheoryData<string> EdgeCases { get; } = [.. EvaluationVectors.Root.GetProperty("binary_edge_cases").EnumerateArray().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Metrics_equal_scikit_learns(string model)
    {
        var binary = EvaluationVectors.Binary;
        var expected = binary.GetProperty($"model_{model}");

        var metrics = BinaryMetrics.Compute(binary.Labels("y"), binary.Numbers($"p_{model}"), 0.5);

        EvaluationVectors.Compare(metrics, expected, Names).Should().Be(Names.Count - 1, "all but the share of a slice's rows that are predicted positive");
        (metrics[BinaryMetricNames.LogLoss] / Math.Log(2)).Should().BeApproximately(expected.Number("log_loss_bits_as_mlnet_binary"), EvaluationVectors.Tolerance, "ML.NET's binary log-loss is in bits");
    }

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void Metrics_of_a_slice_equal_scikit_learns(string slice)
    {
        var binary = EvaluationVectors.Binary;
        var segments = binary.GetProperty("segment").EnumerateArray().Select(segment => segment.GetString()).ToArray();
        var (labels, probabilities) = (binary.Labels("y"), binary.Numbers("p_a"));
        var rows = Enumerable.Range(0, segments.Length).Where(row => segments[row] == slice).ToArray();
        var expected = binary.GetProperty("slices_a").GetProperty(slice);

        var metrics = BinaryMetrics.Compute([.. rows.Select(row => labels[row])], [.. rows.Select(row => probabilities[row])], 0.5);

        rows.Should().HaveCount(expected.GetProperty("n").GetInt32());
        EvaluationVectors.Compare(metrics, expected, Names).Should().Be(6);
    }

    [Theory]
    [MemberData(nameof(EdgeCases))]
    public void Edge_cases_equal_scikit_learns(string name)
    {
        var vector = EvaluationVectors.Root.GetProperty("binary_edge_cases").EnumerateArray().Single(edge => edge.GetProperty("name").GetString() == name);

        var metrics = BinaryMetrics.Compute(vector.Labels("y"), vector.Numbers("p"), 0.5);

        EvaluationVectors.Compare(metrics, vector.GetProperty("expect"), Names).Should().BePositive();
    }

    [Fact]
    public void Confusion_matrix_equals_scikit_learns()
    {
        var binary = EvaluationVectors.Binary;
        var expected = binary.GetProperty("model_a").GetProperty("confusion");

        var confusion = ConfusionMatrix.Of(binary.Labels("y"), binary.Numbers("p_a"), 0.5);

        confusion.Should().Be(new ConfusionMatrix(
            expected.GetProperty("tp").GetInt64(), expected.GetProperty("fp").GetInt64(), expected.GetProperty("fn").GetInt64(), expected.GetProperty("tn").GetInt64()));
        confusion.FBeta(1).Should().Be(confusion.F1);
        confusion.FBeta(2).Should().BeApproximately(5 * confusion.Precision!.Value * confusion.Recall!.Value / ((4 * confusion.Precision.Value) + confusion.Recall.Value), 1e-12);
    }

    [Fact]
    public void What_is_undefined_is_null_with_a_reason()
    {
        var metrics = MetricEstimates.Of(BinarySample.Of([false, false], [0.1, 0.2], 0.5), new(10, 1), TestContext.Current.CancellationToken);

        metrics[BinaryMetricNames.RocAuc].Should().Be(new MetricEstimate(null, "there are rows of one class only", null));
        metrics[BinaryMetricNames.AveragePrecision].Should().Be(new MetricEstimate(null, "there is no positive row", null));
        metrics[BinaryMetricNames.Precision].Should().Be(new MetricEstimate(null, "no row is predicted positive", null));
        metrics[BinaryMetricNames.Recall].Should().Be(new MetricEstimate(null, "there is no positive row", null));
        metrics[BinaryMetricNames.F1].Value.Should().BeNull();
        metrics[BinaryMetricNames.Kappa].Value.Should().BeNull();
        metrics[BinaryMetricNames.LogLossReduction].Value.Should().BeNull();
        metrics[BinaryMetricNames.BrierSkill].Value.Should().BeNull();
        metrics[BinaryMetricNames.MatthewsCorrelation].Value.Should().Be(0, "as scikit-learn has it");
        metrics[BinaryMetricNames.Accuracy].Value.Should().Be(1);
        metrics.Values.Where(metric => metric.Value is null).Should().OnlyContain(metric => metric.Undefined!.Length > 0);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void What_is_no_probability_is_refused(double probability)
    {
        var act = () => BinarySample.Of([true, false], [0.5, probability], 0.5);

        act.Should().Throw<ArgumentException>().WithMessage("*row 1*");
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        var none = () => BinarySample.Of([], [], 0.5);
        var unequal = () => BinarySample.Of([true], [0.5, 0.5], 0.5);

        none.Should().Throw<ArgumentException>().WithMessage("There is no row.");
        unequal.Should().Throw<ArgumentException>().WithMessage("1 labels, but 2 probabilities.");
    }

    [Fact]
    public void Equal_mass_bins_do_not_depend_on_the_order_of_rows_that_tie()
    {
        bool[] labels = [.. Enumerable.Range(0, 40).Select(row => row < 20)];
        var half = Enumerable.Repeat(0.5, 40).ToArray();

        var sorted = BinaryMetrics.Compute(labels, half, 0.5);
        var mixed = BinaryMetrics.Compute([.. labels.Select((_, row) => row % 2 == 0)], half, 0.5);

        sorted[BinaryMetricNames.CalibrationErrorOfEqualMass].Should().BeApproximately(0, 1e-12);
        mixed[BinaryMetricNames.CalibrationErrorOfEqualMass].Should().BeApproximately(0, 1e-12);
    }

    [Fact]
    public void Curve_has_every_threshold_of_few_rows()
    {
        var curve = BinarySample.Of([true, false, true, false], [0.9, 0.7, 0.7, 0.2], 0.5).Curve(200);

        curve.Should().Equal(new ThresholdPoint(0.9, 1, 0), new ThresholdPoint(0.7, 2, 1), new ThresholdPoint(0.2, 2, 2));
    }

    [Fact]
    public void Curve_of_many_rows_keeps_its_area_in_few_points_and_both_its_ends()
    {
        var random = new Random(1);
        var probabilities = Enumerable.Range(0, 50_000).Select(_ => random.NextDouble()).ToArray();
        bool[] labels = [.. probabilities.Select(p => random.NextDouble() < p)];
        var sample = BinarySample.Of(labels, probabilities, 0.5);

        var curve = sample.Curve(200);

        curve.Should().HaveCountLessThanOrEqualTo(200).And.HaveCountGreaterThan(190);
        (curve[0].Threshold, curve[^1].Threshold).Should().Be((probabilities.Max(), probabilities.Min()));
        (curve[^1].TruePositives, curve[^1].FalsePositives).Should().Be((sample.Positives, sample.Rows - sample.Positives));
        var area = curve.Zip(curve.Skip(1), (a, b) => (b.FalsePositives - a.FalsePositives) * (a.TruePositives + b.TruePositives) / 2.0).Sum() / ((double)sample.Positives * (sample.Rows - sample.Positives));
        area.Should().BeApproximately(BinaryMetrics.Compute(labels, probabilities, 0.5)[BinaryMetricNames.RocAuc]!.Value, 1e-3);
    }

    [Fact]
    public void Scores_are_counted_by_class_and_one_is_in_the_last_bin() =>
        BinarySample.Of([true, false, true, false], [1, 0.5, 0.49, 0], 0.5).Scores(2).Should().Equal(new ScoreBin(0, 0.5, 1, 1), new ScoreBin(0.5, 1, 1, 1));

    [Fact]
    public void Every_metric_says_how_it_is_computed_and_names_are_unique()
    {
        BinaryMetrics.All.Select(metric => metric.Name).Should().OnlyHaveUniqueItems();
        BinaryMetrics.All.Should().OnlyContain(metric => metric.Meaning.Length > 10);
        Names.Values.Should().BeEquivalentTo(BinaryMetrics.All.Select(metric => metric.Name), "each has a vector");
    }
}
