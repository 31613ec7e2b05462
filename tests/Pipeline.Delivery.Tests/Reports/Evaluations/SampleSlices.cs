using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Baselines;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

/// <summary>Evaluations of two classes that have slices, groups, importance and trivial models.</summary>
internal static class SampleSlices
{
    /// <summary>A column's or category's name that is markup, turns the direction of the text, ends lines, and is longer than any screen is wide.</summary>
    public static string Hostile { get; } = $"<script>alert('x')</script> & \"q\" | `t` @someone #12 \u202E\n{new string('w', 400)}";

    public static EvaluationReport Plain { get; } = Of([]) with
    {
        Baselines = [new BaselineReport(BaselineNames.Prior, null, Values(0.5, 0.69)), new BaselineReport(BaselineNames.OneFeature, "amount", Values(0.8, null))],
        Slices =
        [
            Slice("colour = red", 1_200, 400, 0.9, 0.02), Slice("colour = green", 300, 90, 0.7, 0.1), Slice("colour = blue", 500, 10, 0.8, 0.05),
            new SliceReport("colour", "colour = grey", 99, 3, null), new SliceReport("colour", "colour = black", 120, 0, Estimates(null, 0.1, 0.01)),
        ],
        WorstSlices = new WorstSlices([new WorstSlice("colour = red and shop = north", 1_234, 0.9, 0.4, 0.75, 0.0123, 0.3, 0.6), new WorstSlice("amount = 40 to 60", 100, 0.6, 0.5, 0.2, 1e-9, 0.5, 0.5)], 4_321, 290_000),
        Fairness =
        [
            new GroupFairnessReport(
                "shop",
                [new TreatedGroup("north", 1_000, 0.25, 0.5, 0.125), new TreatedGroup("south", 500, 0.5, null, 0.25)],
                3,
                new Dictionary<string, MetricEstimate>
                {
                    [FairnessMeasures.DemographicParityDifference] = new(0.25, null, new ConfidenceInterval(0.2, 0.3, "bootstrap")),
                    [FairnessMeasures.EqualOpportunityDifference] = new(null, "a group has no positives", null),
                }),
            new GroupFairnessReport("colour", [new TreatedGroup("red", 700, 0.1, 0.2, 0.3)], 0, null),
        ],
        Importance = [new FeatureImportance("amount", 0.25, new ConfidenceInterval(0.2, 0.3, "delong")), new FeatureImportance("shop", -0.001, null)],
    };

    /// <summary>As <see cref="Plain"/>, with names that nobody would wish for.</summary>
    public static EvaluationReport HostilelyNamed { get; } = Many(3, 3, 3, 3, name: i => $"{Hostile}{i}");

    public static FeatureSchema Schema(int features, Func<int, string>? name = null) => new(
        [.. Enumerable.Range(0, features).Select(i => i % 2 == 0
            ? new Feature((name ?? (i => $"feature {i}"))(i), FeatureKind.Numeric, AllowsMissing: true, Minimum: -1.5f, Maximum: 1_234_567)
            : new Feature((name ?? (i => $"feature {i}"))(i), FeatureKind.Categorical, AllowsMissing: false, Categories: ["a", "b"]))]);

    /// <summary>So many of each.</summary>
    public static EvaluationReport Many(int slices, int groups, int features, int worst, Func<int, string>? name = null)
    {
        name ??= i => FormattableString.Invariant($"a name of usual length, number {i}");
        return Of(Enumerable.Range(0, slices).Select(i => Slice($"{name(0)} = {name(i)}", 1_000 + i, 100, 0.5 + (i % 400 * 0.001), 0.02))) with
        {
            Baselines = [new BaselineReport(BaselineNames.OneFeature, name(0), Values(0.8, null))],
            WorstSlices = new WorstSlices([.. Enumerable.Range(0, worst).Select(i => new WorstSlice($"{name(0)} = {name(i)} and {name(1)} = {name(i)}", 1_000, 0.9, 0.4, 0.75, 1e-6, 0.3, 0.6))], 123_456, 290_000),
            Fairness =
            [
                new GroupFairnessReport(
                    name(0),
                    [.. Enumerable.Range(0, groups).Select(i => new TreatedGroup(name(i), 1_000, i * 37 % groups / (double)groups, 0.5, 0.125))],
                    0,
                    FairnessMeasures.Names.ToDictionary(measure => measure, _ => new MetricEstimate(0.25, null, new ConfidenceInterval(0.2, 0.3, "bootstrap")))),
            ],
            Importance = [.. Enumerable.Range(0, features).Select(i => new FeatureImportance(name(i), 0.25 / (i + 1), new ConfidenceInterval(0.2 / (i + 1), 0.3 / (i + 1), "delong")))],
        };
    }

    public static SliceReport Slice(string name, int rows, int positives, double rocAuc, double halfWidth) => new("colour", name, rows, positives, Estimates(rocAuc, 1 - rocAuc, halfWidth));

    /// <summary>With nothing but slices.</summary>
    public static EvaluationReport Of(IEnumerable<SliceReport> slices) => new(2_219, Estimates(0.85, 0.15, 0.01))
    {
        Binary = new BinaryDetail(503, 0.5f, new ConfusionMatrix(300, 100, 203, 1_616), [new CalibrationBin(0.1, 0.2, 10, 0.15, 0.125)])
        {
            Curve = [new ThresholdPoint(0.9, 2, 0), new ThresholdPoint(0.5, 300, 100), new ThresholdPoint(0.1, 503, 1_716)],
            Scores = [new ScoreBin(0, 0.5, 203, 1_616), new ScoreBin(0.5, 1, 300, 100)],
        },
        Slices = [.. slices],
    };

    private static Dictionary<string, MetricEstimate> Estimates(double? rocAuc, double logLoss, double halfWidth) => new()
    {
        [BinaryMetricNames.RocAuc] = rocAuc is { } area ? new(area, null, new ConfidenceInterval(area - halfWidth, area + halfWidth, "delong")) : new(null, "there are rows of one class only", null),
        [BinaryMetricNames.LogLoss] = new(logLoss, null, new ConfidenceInterval(logLoss - halfWidth, logLoss + halfWidth, "bootstrap")),
    };

    private static Dictionary<string, double?> Values(double rocAuc, double? logLoss) => new() { [BinaryMetricNames.RocAuc] = rocAuc, [BinaryMetricNames.LogLoss] = logLoss };
}
