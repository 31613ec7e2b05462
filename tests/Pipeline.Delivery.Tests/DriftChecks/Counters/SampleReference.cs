using Pipeline.Drift;

namespace Pipeline.Delivery.Tests.DriftChecks.Counters;

/// <summary>A reference of two features: a number with three bins, and a colour with two and one for others.</summary>
internal static class SampleReference
{
    public static ReferenceProfile Profile { get; } = new(
        ReferenceProfile.CurrentSchemaVersion,
        TrainingRows: 100,
        TestRows: 10,
        [
            new FeatureProfile("amount", new QuantileBins([1, 2]), 0, 3, new FeatureCounts([30, 30, 30], 10, 0, 0, 0, 0), new FeatureCounts([3, 3, 3], 1, 0, 0, 0, 0)),
            new FeatureProfile("colour", new CategoryBins(["red", "green"]), null, null, new FeatureCounts([60, 30, 10], 0, 0, 0, 0, 0), new FeatureCounts([6, 3, 1], 0, 0, 0, 0, 0)),
        ],
        new PredictionProfile(new QuantileBins([0.5]), Answers(50, 50), Answers(5, 5)));

    private static PredictionCounts Answers(long low, long high) => new([low, high], new Dictionary<string, long> { ["won"] = high, ["lost"] = low });
}
