using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>A model of two features whose counters the tests serve and read.</summary>
internal static class SampleModel
{
    public const string Name = "bids";

    public static ReferenceProfile Reference { get; } = new(
        ReferenceProfile.CurrentSchemaVersion,
        TrainingRows: 1000,
        TestRows: 10,
        [
            new FeatureProfile("amount", new QuantileBins([1, 2]), 0, 3, new FeatureCounts([300, 300, 300], 100, 0, 0, 0, 0), new FeatureCounts([3, 3, 3], 1, 0, 0, 0, 0)),
            new FeatureProfile("colour", new CategoryBins(["red", "green"]), null, null, new FeatureCounts([500, 300, 200], 0, 0, 0, 0, 0), new FeatureCounts([5, 3, 2], 0, 0, 0, 0, 0)),
        ],
        new PredictionProfile(new QuantileBins([0.5]), Answers(500, 500), Answers(5, 5)));

    public static CountedModel First { get; } = Of("first");

    public static CountedModel Second { get; } = Of("second");

    private static CountedModel Of(string seed) => new(Name, Digest.OfText(seed), Digest.OfText($"reference of {seed}"), Reference);

    private static PredictionCounts Answers(long low, long high) => new([low, high], new Dictionary<string, long> { ["won"] = high, ["lost"] = low });
}
