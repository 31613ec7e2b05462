using Pipeline.Delivery.Comparisons;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Reports.Comparisons;

/// <summary>Comparisons for those who show them.</summary>
internal static class SampleComparisons
{
    public const string Nasty = "<script>alert('x')</script> \"quoted\" & | @someone #12 https://example.org";

    private static readonly AnswerCurves Curves = new(
        [new ThresholdPoint(0.9, 200, 10), new ThresholdPoint(0.5, 350, 120), new ThresholdPoint(0.1, 400, 600)],
        [new CalibrationBin(0.1, 0.2, 600, 0.15, 0.125), new CalibrationBin(0.7, 0.8, 400, 0.74, 0.81)]);

    public static ModelComparison Plain { get; } = new(
        ModelComparison.CurrentSchemaVersion,
        SmallModel.Name,
        Digest.OfText("dataset"),
        1_000,
        400,
        new ComparedModel("candidate", null, Digest.OfText("one"), Digest.OfText("dataset"), "lightgbm", new BinaryOutputs("won", "lost", 0.5f), 12_345),
        new ComparedModel("production 0123456789ab", Digest.OfText("package"), Digest.OfText("other"), Digest.OfText("dataset"), "fast-tree", new BinaryOutputs("won", "lost", 0.45f), 1_234_567),
        [
            Metric(BinaryMetricNames.RocAuc, 0.91, 0.9, 0.01, 0.004, 0.016),
            Metric(BinaryMetricNames.Brier, 0.2, 0.1, 0.1, 0.05, 0.15),
            Metric(BinaryMetricNames.LogLoss, 0.30001, 0.3, 0.00001, -0.002, 0.00002),
            Metric(BinaryMetricNames.PredictedPositiveRate, 0.5, 0.4, 0.1, 0.05, 0.15),
            new ComparedMetric(BinaryMetricNames.Precision, null, 0.5, null, ComparedOutcome.Unknown),
        ],
        new ComparedDecisions(0.9, 60, 40, 0.0466),
        0.9876,
        [],
        Curves,
        new AnswerCurves([new ThresholdPoint(0.8, 180, 20), new ThresholdPoint(0.1, 400, 600)], Curves.Calibration));

    /// <summary>Names of any length that hold anything, and categories by the hundred.</summary>
    public static ModelComparison Hostile { get; } = Plain with
    {
        Name = SmallModel.Name,
        This = Plain.This with { Name = $"{new string('w', 60)} 0123456789ab", Trainer = Nasty, Outputs = new BinaryOutputs(Nasty, "lost", 0.5f) },
        Other = Plain.Other with { Name = Nasty, DataDigest = Digest.OfText("other data") },
        Features =
        [
            new FeatureDifference(Nasty, FeatureChange.Added, [], []),
            new FeatureDifference("gone", FeatureChange.Removed, [], []),
            new FeatureDifference(new string('n', 300), FeatureChange.Categories, [.. Enumerable.Range(0, 400).Select(i => $"{Nasty} {i}")], ["old"]),
        ],
    };

    public static ComparedMetric Metric(string name, double one, double other, double difference, double low, double high) =>
        ComparedMetric.Of(BinaryMetrics.ByName[name], one, other, new PairedDifference(difference, new ConfidenceInterval(low, high, "bootstrap"), low, high, 0.5));
}
