namespace Pipeline.Drift.Tests;

public sealed class ReferenceProfileTests
{
    private static readonly ReferenceProfile Sound = new(
        ReferenceProfile.CurrentSchemaVersion,
        TrainingRows: 3,
        TestRows: 2,
        [
            FeatureProfile.OfNumbers("hour", [1, 2, 3], [2, 4]),
            FeatureProfile.OfNumbers("nothing", [float.NaN, float.NaN, float.NaN], [float.NaN, 1]),
            FeatureProfile.OfCategories("origin", ["ATL", "ORD", null], ["ATL", "JFK"]),
        ],
        PredictionProfile.Of([0.1f, 0.2f, 0.7f], [0.3f, 0.6f], ["yes", "no"], p => p >= 0.5f ? "yes" : "no"));

    private static readonly FeatureProfile Hour = Sound.Features[0];

    [Fact]
    public void A_profile_of_real_rows_has_no_fault() => Sound.Faults().Should().BeEmpty();

    [Fact]
    public void Every_fault_is_told()
    {
        Of(Hour, Hour).Should().ContainSingle().Which.Should().Be("feature 'hour' is there twice");
        Of(Hour with { Bins = new ValueBins([3, 2, 1]) }).Should().ContainSingle().Which.Should().Contain("'hour' has bins that are not");
        Of(Hour with { Bins = new QuantileBins([1, double.NaN, 3]) }).Should().ContainSingle().Which.Should().Contain("'hour' has bins that are not");
        Of(Hour with { Minimum = null, Maximum = null, Bins = new QuantileBins([1, 2, 3]) }).Should().ContainSingle().Which.Should().Be("feature 'hour' has quantiles but no range");
        Of(Hour with { Minimum = 4 }).Should().ContainSingle().Which.Should().Be("feature 'hour' has the range 4 to 3");
        Of(Hour with { Training = Hour.Training with { Bins = [3] } }).Should().ContainSingle().Which.Should().Be("feature 'hour' has 4 bins and 1 training counts");
        Of(Hour with { Test = Hour.Test with { Missing = 1 } }).Should().ContainSingle().Which.Should().Be("feature 'hour' has test counts that do not sum up to 2 rows");
        Of(Hour with { Test = Hour.Test with { AboveRange = 3 } }).Should().ContainSingle().Which.Should().Contain("do not sum up");
        Of(Hour with { Bins = new CategoryBins(["a", "b", "a"]) }).Should().ContainSingle().Which.Should().Contain("or the same");
        OfPredictions(Sound.Predictions with { Bins = new QuantileBins([]) }).Should().HaveCount(2).And.Contain(fault => fault.StartsWith("predictions: 1 bins and ", StringComparison.Ordinal));
        OfPredictions(Sound.Predictions with { Test = Sound.Predictions.Test with { Labels = new Dictionary<string, long> { ["yes"] = 1 } } })
            .Should().ContainSingle().Which.Should().Be("predictions: test counts that do not sum up to 2 rows");
    }

    [Fact]
    public void Outcomes_and_labels_that_do_not_fit_are_told()
    {
        var outcomes = PredictionOutcomes.Of(Sound.Predictions.Bins, [(0.3f, false, true), (0.6f, true, true)]);
        var labels = new LabelCounts(new Dictionary<string, long> { ["yes"] = 1, ["no"] = 2 }, new Dictionary<string, long> { ["yes"] = 2, ["no"] = 0 });

        (Sound with { Predictions = Sound.Predictions with { Outcomes = outcomes }, Labels = labels }).Faults().Should().BeEmpty();
        OfPredictions(Sound.Predictions with { Outcomes = outcomes with { Positive = [] } }).Should().ContainSingle().Which.Should().StartWith("outcomes: ").And.EndWith("and 0 cells");
        OfPredictions(Sound.Predictions with { Outcomes = PredictionOutcomes.Of(Sound.Predictions.Bins, [(0.3f, false, true)]) })
            .Should().ContainSingle().Which.Should().Be("outcomes: cells that do not sum up to the test rows of their bins");
        (Sound with { Labels = labels with { Training = labels.Test } }).Faults().Should().ContainSingle().Which.Should().Be("labels: training counts that do not sum up to 3 rows");
    }

    [Fact]
    public void Hits_and_a_target_that_do_not_fit_are_told()
    {
        var hits = PredictionHits.Of(Sound.Predictions.Bins, [(0.3f, true), (0.6f, false)]);
        var target = FeatureProfile.OfNumbers("fare", [1, 2, 3], [2, 4]);

        (Sound with { Predictions = Sound.Predictions with { Hits = hits }, Target = target }).Faults().Should().BeEmpty();
        OfPredictions(Sound.Predictions with { Hits = new PredictionHits([]) }).Should().ContainSingle().Which.Should().StartWith("hits: ").And.EndWith("and 0 cells");
        OfPredictions(Sound.Predictions with { Hits = new PredictionHits([.. hits.Bins.Select(cell => cell with { Right = cell.Rows + 1 })]) })
            .Should().ContainSingle().Which.Should().Be("hits: cells that do not sum up to the test rows of their bins");
        (Sound with { Target = target with { Test = target.Training } }).Faults().Should().ContainSingle().Which.Should().Be("target 'fare' has test counts that do not sum up to 2 rows");
    }

    private static IReadOnlyList<string> Of(params FeatureProfile[] features) => (Sound with { Features = features }).Faults();

    private static IReadOnlyList<string> OfPredictions(PredictionProfile predictions) => (Sound with { Predictions = predictions }).Faults();
}
