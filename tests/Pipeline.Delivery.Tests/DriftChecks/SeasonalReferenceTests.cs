using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks;

public sealed class SeasonalReferenceTests
{
    private static readonly ReferenceProfile Package = new(
        ReferenceProfile.CurrentSchemaVersion,
        TrainingRows: 4,
        TestRows: 2,
        [FeatureProfile.OfCategories("colour", ["red", "red", "blue", null], ["red", "blue"])],
        PredictionProfile.Of([0.1f, 0.2f, 0.3f, 0.8f], [0.2f, 0.8f], ["yes", "no"], p => p >= 0.5f ? "yes" : "no"));

    [Fact]
    public void The_seasons_counts_are_added_up_in_the_packages_bins()
    {
        var seasonal = SeasonalReference.Of(Package, [Season(red: 60, blue: 20, missing: 2), Season(red: 30, blue: 5, missing: 1)], DriftPolicy.Default);

        seasonal!.TrainingRows.Should().Be(118);
        seasonal.Features[0].Bins.Should().BeSameAs(Package.Features[0].Bins);
        seasonal.Features[0].Training.Should().BeEquivalentTo(new FeatureCounts([90, 25, 0], 3, 0, 0, 0, 0));
        seasonal.Predictions.Test.Bins.Sum().Should().Be(118);
        seasonal.Predictions.Test.Labels.Should().Equal(new Dictionary<string, long> { ["yes"] = 0, ["no"] = 118 });
        seasonal.Predictions.Outcomes.Should().BeSameAs(Package.Predictions.Outcomes, "calibration is of rows whose label is known");
    }

    [Fact]
    public void Labels_that_are_numbers_are_added_up_too_and_are_the_packages_where_none_is_known()
    {
        var package = Package with { Target = FeatureProfile.OfNumbers("fare", [1, 2, 2, 3], [1, 3]) };
        var season = Season(red: 60, blue: 2, missing: 0);

        var seasonal = SeasonalReference.Of(package, [season with { Target = new FeatureCounts([10, 20, 30, 2], 0, 0, 0, 0, 0) }, season with { Target = new FeatureCounts([1, 1, 0, 0], 0, 0, 0, 0, 0) }], DriftPolicy.Default);

        seasonal!.Target!.Test.Bins.Should().Equal(11, 21, 30, 2);
        seasonal.Target.Training.Should().BeSameAs(package.Target.Training);
        SeasonalReference.Of(package, [season, season], DriftPolicy.Default)!.Target.Should().BeSameAs(package.Target);
    }

    [Fact]
    public void Too_few_rows_are_no_season() => SeasonalReference.Of(Package, [Season(red: 60, blue: 20, missing: 2)], DriftPolicy.Default).Should().BeNull();

    private static LiveProfile Season(long red, long blue, long missing)
    {
        var rows = red + blue + missing;
        var bins = new long[Package.Predictions.Bins.Count];
        bins[0] = rows;
        return new LiveProfile(
            null, null, rows, new Dictionary<string, FeatureCounts> { ["colour"] = new([red, blue, 0], missing, 0, 0, 0, 0) }, new PredictionCounts(bins, new Dictionary<string, long> { ["yes"] = 0, ["no"] = rows }), null);
    }
}
