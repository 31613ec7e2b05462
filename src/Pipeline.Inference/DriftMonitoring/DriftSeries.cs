using System.Globalization;
using System.Text.Json;
using Pipeline.Drift;
using Pipeline.ModelPackage;
using Prometheus;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>One model's time series of drift. All exist from the start with 0: a series that appears with its first count would be missing from rates and from sums by bin.</summary>
internal sealed class DriftSeries
{
    private static readonly string[] States = [.. Enum.GetNames<ValueState>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly Counter.Child[][] _bins;
    private readonly Counter.Child[][] _states;
    private readonly Counter.Child[] _predictionBins;
    private readonly Counter.Child[] _labels;
    private readonly Gauge.Child[][] _reference;

    public DriftSeries(DriftMetrics metrics, ReferenceProfile profile, PackagedModel package)
    {
        var (model, version) = (package.Manifest.Name, package.Version);
        _bins = [.. profile.Features.Select(feature => Each(feature.Bins, bin => metrics.FeatureBins.WithLabels(model, version, feature.Name, bin)))];
        _states = [.. profile.Features.Select(feature => Array.ConvertAll(States, state => metrics.FeatureValues.WithLabels(model, version, feature.Name, state)))];
        _reference = [.. profile.Features.Select(feature => Each(feature.Bins, bin => metrics.ReferenceBins.WithLabels(model, version, feature.Name, bin)))];
        _predictionBins = Each(profile.Predictions.Bins, bin => metrics.PredictionBins.WithLabels(model, version, bin));
        _labels = [.. package.Manifest.Outputs.Labels.Select(label => metrics.PredictedLabels.WithLabels(model, version, label))];
        foreach (var (children, feature) in _reference.Zip(profile.Features))
        {
            foreach (var (child, count) in children.Zip(feature.Training.Bins))
            {
                child.Set(count);
            }
        }
    }

    public void Publish(DriftTotals totals)
    {
        for (var feature = 0; feature < _bins.Length; feature++)
        {
            var counts = totals.Features[feature];
            Publish(_bins[feature], counts.Bins);
            for (var state = 0; state < States.Length; state++)
            {
                _states[feature][state].IncTo(counts.Of((ValueState)state));
            }
        }

        Publish(_predictionBins, totals.PredictionBins);
        Publish(_labels, totals.Labels);
    }

    /// <summary>Takes the series out of the metrics, when the model is no longer served.</summary>
    public void Remove()
    {
        foreach (var child in _bins.Concat(_states).SelectMany(children => children).Concat(_predictionBins).Concat(_labels))
        {
            child.Remove();
        }

        foreach (var child in _reference.SelectMany(children => children))
        {
            child.Remove();
        }
    }

    private static T[] Each<T>(FeatureBins bins, Func<string, T> child) => [.. Enumerable.Range(0, bins.Count).Select(bin => child(bin.ToString(CultureInfo.InvariantCulture)))];

    private static void Publish(Counter.Child[] children, IReadOnlyList<long> counts)
    {
        for (var i = 0; i < children.Length; i++)
        {
            children[i].IncTo(counts[i]);
        }
    }
}
