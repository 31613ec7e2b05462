using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Drift;

namespace Pipeline.Delivery.Tests.DriftChecks.Counters;

public sealed class CounterLayoutTests
{
    private static readonly CounterLayout Layout = new(SampleReference.Profile);

    [Fact]
    public void Every_series_has_a_cell_of_its_own_and_all_together_are_the_window()
    {
        var reading = new CounterReading(Layout.Count);

        Set("model_feature_bin_total", 1, ("feature", "amount"), ("bin", "0"));
        Set("model_feature_bin_total", 2, ("feature", "amount"), ("bin", "1"));
        Set("model_feature_bin_total", 3, ("feature", "amount"), ("bin", "2"));
        Set("model_feature_bin_total", 4, ("feature", "colour"), ("bin", "0"));
        Set("model_feature_bin_total", 5, ("feature", "colour"), ("bin", "1"));
        Set("model_feature_bin_total", 6, ("feature", "colour"), ("bin", "2"));
        foreach (var (state, index) in new[] { "ok", "missing", "not_finite", "below_range", "above_range", "unseen" }.Select((state, index) => (state, index)))
        {
            Set("model_feature_value_total", 10 + index, ("feature", "amount"), ("state", state));
            Set("model_feature_value_total", 20 + index, ("feature", "colour"), ("state", state));
        }

        Set("model_prediction_bin_total", 7, ("bin", "0"));
        Set("model_prediction_bin_total", 8, ("bin", "1"));
        Set("model_predicted_label_total", 9, ("label", "won"));
        Set("model_predicted_label_total", 6, ("label", "lost"));

        Layout.MissingFrom(reading).Should().BeEmpty();
        Layout.CoverageOf(reading).Should().BeNull();
        Set("inference_rows_total", 20);
        Layout.CoverageOf(reading).Should().Be(0.75);
        var profile = Layout.ToProfile(reading, null, null);
        profile.Rows.Should().Be(15);
        profile.Features["amount"].Should().BeEquivalentTo(new FeatureCounts([1, 2, 3], 11, 12, 13, 14, 15));
        profile.Features["colour"].Should().BeEquivalentTo(new FeatureCounts([4, 5, 6], 21, 22, 23, 24, 25));
        profile.Predictions!.Bins.Should().Equal(7, 8);
        profile.Predictions.Labels.Should().Equal(new Dictionary<string, long> { ["won"] = 9, ["lost"] = 6 });

        void Set(string name, long value, params (string Name, string Value)[] labels)
        {
            var cell = Layout.CellOf(name, labels.ToDictionary(label => label.Name, label => label.Value));
            reading[cell].Should().Be(CounterReading.Absent);
            reading[cell] = value;
        }
    }

    [Fact]
    public void A_model_of_a_number_has_no_labels_and_its_rows_are_those_of_its_bins()
    {
        var none = new PredictionCounts([5, 5], new Dictionary<string, long>());
        var layout = new CounterLayout(SampleReference.Profile with { Predictions = new PredictionProfile(new QuantileBins([0.5]), none, none) });
        var reading = new CounterReading(new long[layout.Count]);
        reading[layout.CellOf("model_prediction_bin_total", new Dictionary<string, string> { ["bin"] = "0" })] = 30;
        reading[layout.CellOf("model_prediction_bin_total", new Dictionary<string, string> { ["bin"] = "1" })] = 10;
        reading[layout.Answered] = 50;

        layout.RowsOf(reading).Should().Be(40);
        layout.CoverageOf(reading).Should().Be(0.8);
        layout.ToProfile(reading, null, null).Predictions.Should().BeEquivalentTo(new PredictionCounts([30, 10], new Dictionary<string, long>()));
        FluentActions.Invoking(() => layout.CellOf("model_predicted_label_total", new Dictionary<string, string> { ["label"] = "won" })).Should().Throw<InvalidDataException>();
    }

    [Theory]
    [InlineData("model_feature_bin_total", "bin", "3")]
    [InlineData("model_feature_bin_total", "bin", "-1")]
    [InlineData("model_feature_bin_total", "bin", "x")]
    [InlineData("model_feature_value_total", "state", "odd")]
    [InlineData("model_prediction_bin_total", "bin", "2")]
    [InlineData("model_predicted_label_total", "label", "maybe")]
    public void Series_of_another_reference_is_refused(string name, string label, string value)
    {
        var find = () => Layout.CellOf(name, new Dictionary<string, string> { ["feature"] = "amount", [label] = value });

        find.Should().Throw<InvalidDataException>().WithMessage($"*{name}*{label}=\"{value}\"*reference profile*");
    }

    [Fact]
    public void Series_that_are_missing_are_named() =>
        Layout.MissingFrom(new CounterReading(Layout.Count)).Should().HaveCount(Layout.Count - 1).And.StartWith("model_feature_bin_total{feature=\"amount\",bin=\"0\"}");
}
