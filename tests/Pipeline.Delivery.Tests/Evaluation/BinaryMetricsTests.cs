using System.Text.Json;
using Pipeline.Delivery.Evaluation;

namespace Pipeline.Delivery.Tests.Evaluation;

/// <summary>Against eval-vectors.json, made with scikit-learn, within 1e-9.</summary>
public sealed class BinaryMetricsTests
{
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Evaluation", "eval-vectors.json"))).RootElement;

    private static readonly Dictionary<string, string> VectorNames = new()
    {
        ["roc_auc"] = MetricNames.RocAuc,
        ["average_precision"] = MetricNames.AveragePrecision,
        ["log_loss_nats"] = MetricNames.LogLoss,
        ["brier"] = MetricNames.Brier,
        ["accuracy"] = MetricNames.Accuracy,
        ["precision"] = MetricNames.Precision,
        ["recall_tpr"] = MetricNames.Recall,
        ["f1"] = MetricNames.F1,
    };

    public static TheoryData<string> EdgeCases { get; } = [.. Vectors.GetProperty("binary_edge_cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Metrics_equal_scikit_learns(string model)
    {
        var binary = Vectors.GetProperty("binary");

        var metrics = BinaryMetrics.Compute(Labels(binary.GetProperty("y")), Numbers(binary.GetProperty($"p_{model}")), 0.5);

        Check(metrics, binary.GetProperty($"model_{model}")).Should().Be(VectorNames.Count);
    }

    [Theory]
    [MemberData(nameof(EdgeCases))]
    public void Edge_cases_equal_scikit_learns(string name)
    {
        var vector = Vectors.GetProperty("binary_edge_cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

        var metrics = BinaryMetrics.Compute(Labels(vector.GetProperty("y")), Numbers(vector.GetProperty("p")), 0.5);

        Check(metrics, vector.GetProperty("expect")).Should().BePositive();
    }

    [Fact]
    public void The_confusion_matrix_equals_scikit_learns()
    {
        var binary = Vectors.GetProperty("binary");
        var expected = binary.GetProperty("model_a").GetProperty("confusion");

        var confusion = ConfusionMatrix.Of(Labels(binary.GetProperty("y")), Numbers(binary.GetProperty("p_a")), 0.5);

        confusion.Should().Be(new ConfusionMatrix(
            expected.GetProperty("tp").GetInt64(), expected.GetProperty("fp").GetInt64(), expected.GetProperty("fn").GetInt64(), expected.GetProperty("tn").GetInt64()));
    }

    [Fact]
    public void What_is_undefined_is_null()
    {
        var metrics = BinaryMetrics.Compute([false, false], [0.1, 0.2], 0.5);

        metrics[MetricNames.RocAuc].Should().BeNull("there is one class only");
        metrics[MetricNames.AveragePrecision].Should().BeNull("there is no positive");
        metrics[MetricNames.Precision].Should().BeNull("nothing was predicted positive");
        metrics[MetricNames.Recall].Should().BeNull("there is no positive");
        metrics[MetricNames.Accuracy].Should().Be(1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void What_is_no_probability_is_refused(double probability)
    {
        var act = () => BinaryMetrics.Compute([true, false], [0.5, probability], 0.5);

        act.Should().Throw<ArgumentException>().WithMessage("*row 1*");
    }

    [Fact]
    public void Every_metric_name_has_a_value_or_null()
    {
        BinaryMetrics.Compute([true, false], [0.6, 0.4], 0.5).Keys.Should().BeEquivalentTo(MetricNames.All);
    }

    private static int Check(IReadOnlyDictionary<string, double?> metrics, JsonElement expected)
    {
        var compared = 0;
        foreach (var (vectorName, name) in VectorNames)
        {
            if (expected.TryGetProperty(vectorName, out var value))
            {
                compared++;
                if (value.ValueKind == JsonValueKind.Null)
                {
                    metrics[name].Should().BeNull(name);
                }
                else
                {
                    metrics[name].Should().BeApproximately(value.GetDouble(), Tolerance, name);
                }
            }
        }

        return compared;
    }

    private static bool[] Labels(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetInt32() == 1)];

    private static double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetDouble())];
}
