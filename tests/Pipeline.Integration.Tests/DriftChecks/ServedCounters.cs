using System.Globalization;
using System.Text;
using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>What one process has counted of one model, and how the service's metrics page says it.</summary>
internal sealed class ServedCounters(CountedModel model)
{
    private readonly Dictionary<string, long> _values = Zeros(model);

    public CountedModel Model => model;

    /// <summary>Counts a row; a number gives each row the same cells.</summary>
    public void Answer(int row)
    {
        Add("model_feature_value_total", "feature=\"amount\"", row % 5 == 4 ? "state=\"missing\"" : row % 7 == 6 ? "state=\"above_range\"" : "state=\"ok\"");
        if (row % 5 != 4)
        {
            Add("model_feature_bin_total", "feature=\"amount\"", $"bin=\"{(row % 7 == 6 ? 2 : row % 2)}\"");
        }

        Add("model_feature_value_total", "feature=\"colour\"", row % 3 == 2 ? "state=\"unseen\"" : "state=\"ok\"");
        Add("model_feature_bin_total", "feature=\"colour\"", $"bin=\"{row % 3}\"");
        Add("model_prediction_bin_total", $"bin=\"{row % 4 / 3}\"");
        Add("model_predicted_label_total", row % 4 == 3 ? "label=\"won\"" : "label=\"lost\"");
        Add("inference_rows_total");
    }

    /// <summary>A row that was answered and not counted by bin.</summary>
    public void AnswerUncounted() => Add("inference_rows_total");

    /// <summary>What a window must show in which just this was counted.</summary>
    public LiveProfile ToProfile(DateTimeOffset? from, DateTimeOffset? to)
    {
        var features = model.Reference.Features.ToDictionary(feature => feature.Name, feature => new FeatureCounts(
            [.. feature.Training.Bins.Select((_, bin) => Get("model_feature_bin_total", $"feature=\"{feature.Name}\"", $"bin=\"{bin}\""))],
            Of(feature, "missing"),
            Of(feature, "not_finite"),
            Of(feature, "below_range"),
            Of(feature, "above_range"),
            Of(feature, "unseen")));
        var labels = new Dictionary<string, long> { ["won"] = Get("model_predicted_label_total", "label=\"won\""), ["lost"] = Get("model_predicted_label_total", "label=\"lost\"") };
        var predictions = new PredictionCounts([Get("model_prediction_bin_total", "bin=\"0\""), Get("model_prediction_bin_total", "bin=\"1\"")], labels);
        return new LiveProfile(from, to, labels.Values.Sum(), features, predictions, Labels: null);

        long Of(FeatureProfile feature, string state) => Get("model_feature_value_total", $"feature=\"{feature.Name}\"", $"state=\"{state}\"");

        long Get(string name, params string[] of) => _values[SeriesOf(model, name, of)];
    }

    public void WriteTo(StringBuilder page, string family)
    {
        foreach (var (series, value) in _values.Where(pair => pair.Key.StartsWith(family + "{", StringComparison.Ordinal)))
        {
            page.Append(CultureInfo.InvariantCulture, $"{series} {value}\n");
        }
    }

    private void Add(string name, params string[] labels) => _values[SeriesOf(model, name, labels)]++;

    private static string SeriesOf(CountedModel model, string name, params string[] labels) => $"{name}{{{string.Join(',', [$"model=\"{model.Name}\"", $"version=\"{model.Version}\"", .. labels])}}}";

    private static Dictionary<string, long> Zeros(CountedModel model)
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var feature in model.Reference.Features)
        {
            foreach (var (bin, count) in feature.Training.Bins.Index())
            {
                values[SeriesOf(model, "model_feature_bin_total", $"feature=\"{feature.Name}\"", $"bin=\"{bin}\"")] = 0;
                values[SeriesOf(model, "model_reference_bin", $"feature=\"{feature.Name}\"", $"bin=\"{bin}\"")] = count;
            }

            foreach (var state in new[] { "ok", "missing", "not_finite", "below_range", "above_range", "unseen" })
            {
                values[SeriesOf(model, "model_feature_value_total", $"feature=\"{feature.Name}\"", $"state=\"{state}\"")] = 0;
            }
        }

        values[SeriesOf(model, "model_prediction_bin_total", "bin=\"0\"")] = 0;
        values[SeriesOf(model, "model_prediction_bin_total", "bin=\"1\"")] = 0;
        values[SeriesOf(model, "model_predicted_label_total", "label=\"won\"")] = 0;
        values[SeriesOf(model, "model_predicted_label_total", "label=\"lost\"")] = 0;
        values[SeriesOf(model, "inference_rows_total")] = 0;
        values[SeriesOf(model, "model_info", $"sha256=\"{model.Digest.Hex}\"", $"reference_sha256=\"{model.ReferenceDigest!.Value.Hex}\"")] = 1;
        return values;
    }
}
