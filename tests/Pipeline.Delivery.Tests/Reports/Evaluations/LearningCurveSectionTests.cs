using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

public sealed class LearningCurveSectionTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Page_has_the_curve_below_the_trainers_if_there_is_one()
    {
        var with = File.ReadAllText(SampleEvaluations.Write(_fixture, SampleSlices.Plain, curve: SampleCurves.Falling).Html);
        var without = File.ReadAllText(SampleEvaluations.Write(_fixture, SampleSlices.Plain).Html);

        with.IndexOf("<h2>Learning curve</h2>", StringComparison.Ordinal).Should().BeGreaterThan(with.IndexOf("<h2>Trainers tried</h2>", StringComparison.Ordinal));
        with.Should().Contain("<figcaption>Log-loss over trees</figcaption>");
        without.Should().NotContain("Learning curve").And.NotContain("Log-loss over trees");
    }

    [Fact]
    public void A_loss_that_still_falls_at_the_end_asks_for_more_trees() =>
        Section(SampleCurves.Falling).Should().Contain("<p>Validation log-loss was lowest, 0.0158, after 1,000 trees of 1,000, and still fell at the end: more trees may do better. Training log-loss is over all training rows.</p>");

    [Fact]
    public void A_loss_that_rises_again_says_where_it_was_lowest() =>
        Section(SampleCurves.Overfitted).Should().Contain("<p>Validation log-loss was lowest, 0.5500, after 20 trees of 40; it no longer fell at the end (0.6250): fewer trees would do.");

    [Fact]
    public void One_tree_tells_nothing_of_more() => Section(SampleCurves.OfOneTree).Should().Contain("lowest, 0.5000, after 1 tree of 1. Training");

    [Fact]
    public void Of_many_training_rows_it_says_how_many_count() => Section(SampleCurves.Falling, rows: 75_000).Should().Contain("Training log-loss is over one training row in 4.");

    [Fact]
    public void Validation_and_training_are_lines_of_their_own_and_the_best_step_is_marked()
    {
        var section = Section(SampleCurves.Overfitted);

        section.Should().Contain("<path class=\"l1\" d=\"M").And.Contain("<path class=\"l2\" d=\"M").And.Contain(">validation</text>").And.Contain(">training</text>");
        section.Should().Contain("class=\"guide\"").And.NotContain("NaN");
    }

    [Fact]
    public void It_is_the_same_in_every_culture()
    {
        var invariant = Section(SampleCurves.Overfitted);
        using var german = new CultureScope("de-DE");

        Section(SampleCurves.Overfitted).Should().Be(invariant);
    }

    private static string Section(IReadOnlyList<LearningCurvePoint> curve, int rows = 600)
    {
        var trial = new Trial("lightgbm", new Dictionary<string, double?>(), 12_345) { LearningCurve = curve };
        return LearningCurveSection.Html(new TrainingReport("lightgbm", "rocAuc", 1, rows, new FeatureSchema([]), new BinaryOutputs("won", "lost", 0.5f), SmallModel.Stump, [trial], new ParityReport(10, 1e-8, 0, 0.5f, 0.5f, 0, 1e-5)));
    }
}
