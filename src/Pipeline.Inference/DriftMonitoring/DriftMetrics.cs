using System.Collections.Immutable;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;
using Prometheus;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>
/// The metrics from which drift can be told, summed over replicas: how often values fell in each bin of the reference profile. Bounded by the package: for each feature its
/// bins (twice) and six states, for the model some bins and its labels. Thread-safe.
/// </summary>
public sealed class DriftMetrics
{
    public const string FeatureBinTotal = "model_feature_bin_total";
    public const string FeatureValueTotal = "model_feature_value_total";
    public const string PredictionBinTotal = "model_prediction_bin_total";
    public const string PredictedLabelTotal = "model_predicted_label_total";
    public const string ReferenceBin = "model_reference_bin";

    private ImmutableList<(DriftCounters Counters, DriftSeries Series)> _models = [];

    public DriftMetrics(InferenceMetrics metrics)
    {
        var factory = Metrics.WithCustomRegistry(metrics.Registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        string[] model = ["model", "version"];
        FeatureBins = factory.CreateCounter(FeatureBinTotal, "Values that fell in a bin of the reference profile, by the bin's index; missing and infinite values fall in none.", [.. model, "feature", "bin"]);
        FeatureValues = factory.CreateCounter(FeatureValueTotal, "Values by what they are to the model; over all states these are the rows.", [.. model, "feature", "state"]);
        PredictionBins = factory.CreateCounter(PredictionBinTotal, "Answers by the index of the reference profile's bin: of the probability of the positive or of the most probable class, or of the number.", [.. model, "bin"]);
        PredictedLabels = factory.CreateCounter(PredictedLabelTotal, "Labels answered.", [.. model, "label"]);
        ReferenceBins = factory.CreateGauge(ReferenceBin, "Values of the training rows that fell in a bin.", [.. model, "feature", "bin"]);
        metrics.Registry.AddBeforeCollectCallback(Publish);
    }

    internal Counter FeatureBins { get; }

    internal Counter FeatureValues { get; }

    internal Counter PredictionBins { get; }

    internal Counter PredictedLabels { get; }

    internal Gauge ReferenceBins { get; }

    /// <summary>The model's counters, published from now on with 0 until they are disposed of; null if the package has no reference profile.</summary>
    /// <exception cref="InvalidDataException">The package's reference profile is not valid.</exception>
    public DriftCounters? CountersOf(PackagedModel package)
    {
        if (package.ReferenceDigest is null)
        {
            return null;
        }

        var profile = PackageReader.ReadReferenceProfile(package);
        var counters = new DriftCounters(profile, package.Manifest);
        var entry = (counters, new DriftSeries(this, profile, package));
        counters.Ended = () => End(entry);
        ImmutableInterlocked.Update(ref _models, models => models.Add(entry));
        return counters;
    }

    private void End((DriftCounters Counters, DriftSeries Series) entry)
    {
        ImmutableInterlocked.Update(ref _models, models => models.Remove(entry));
        entry.Series.Remove();
    }

    private void Publish()
    {
        foreach (var (counters, series) in _models)
        {
            series.Publish(counters.Read());
        }
    }
}
