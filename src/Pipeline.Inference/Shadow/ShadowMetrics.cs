using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;
using Prometheus;

namespace Pipeline.Inference.Shadow;

/// <summary>Figures of the shadow model. The series of a version go when another takes its place, so that reloads don't add up.</summary>
public sealed class ShadowMetrics
{
    public const string RowsTotal = "shadow_rows_total";
    public const string AgreementTotal = "shadow_agreement_total";
    public const string ProbabilityDifference = "shadow_probability_difference";
    public const string PredictionDifference = "shadow_prediction_difference";
    public const string ComputeDurationSeconds = "shadow_compute_duration_seconds";
    public const string DroppedTotal = "shadow_dropped_total";
    public const string ErrorsTotal = "shadow_errors_total";
    public const string LoadFailuresTotal = "shadow_load_failures_total";
    public const string ShadowInfo = "shadow_info";

    private static readonly double[] DifferenceBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

    private readonly Counter _rows;
    private readonly Counter _agreement;
    private readonly Histogram _difference;
    private readonly Histogram _numberDifference;
    private readonly Histogram _compute;
    private readonly Counter _dropped;
    private readonly Counter _errors;
    private readonly Counter.Child _loadFailures;
    private readonly Gauge _info;

    public ShadowMetrics(InferenceMetrics metrics)
    {
        var factory = Metrics.WithCustomRegistry(metrics.Registry);
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        string[] labels = ["model", "version", "shadow_version"];
        _rows = factory.CreateCounter(RowsTotal, "Rows that the shadow model has scored, too.", labels);
        _agreement = factory.CreateCounter(AgreementTotal, "Rows by whether the shadow gives the served model's label, or a number within a hundredth of it.", [.. labels, "agree"]);
        _difference = factory.CreateHistogram(ProbabilityDifference, "Absolute difference of the two models' probabilities for a row; of several classes the greatest.", labels, new HistogramConfiguration { Buckets = DifferenceBuckets });
        _numberDifference = factory.CreateHistogram(PredictionDifference, "Absolute difference of the two models' numbers for a row, as a share of the served one if that is above 1.", labels, new HistogramConfiguration { Buckets = DifferenceBuckets });
        _compute = factory.CreateHistogram(ComputeDurationSeconds, "Time of one run of the shadow, in seconds.", labels, new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(50e-6, 2, 17) });
        _dropped = factory.CreateCounter(DroppedTotal, $"Rows that the shadow did not score, by reason: {string.Join(", ", Reasons)}.", [.. labels, "reason"]);
        _errors = factory.CreateCounter(ErrorsTotal, "Rows that the shadow failed to score.", labels);
        _loadFailures = factory.CreateCounter(LoadFailuresTotal, "Attempts to load a shadow package that failed; the log tells why.", []).WithLabels();
        _info = factory.CreateGauge(ShadowInfo, "1 for the shadow that is loaded.", [.. labels, "shadow_sha256"]);
    }

    private static IReadOnlyList<string> Reasons { get; } = [.. Enum.GetNames<ShadowDropReason>().Select(name => name.ToLowerInvariant())];

    public void LoadFailed() => _loadFailures.Inc();

    /// <summary>The series of a shadow, all from zero.</summary>
    public ShadowVersionMetrics MetricsOf(PackagedModel served, PackagedModel shadow)
    {
        var (model, version, shadowVersion) = (served.Manifest.Name, served.Version, shadow.Version);
        _info.WithLabels(model, version, shadowVersion, shadow.Digest.Hex).Set(1);
        return new ShadowVersionMetrics(
            _rows.WithLabels(model, version, shadowVersion),
            _agreement.WithLabels(model, version, shadowVersion, "true"),
            _agreement.WithLabels(model, version, shadowVersion, "false"),
            DifferenceOf(served).WithLabels(model, version, shadowVersion),
            _compute.WithLabels(model, version, shadowVersion),
            [.. Reasons.Select(reason => _dropped.WithLabels(model, version, shadowVersion, reason))],
            _errors.WithLabels(model, version, shadowVersion));
    }

    /// <summary>Removes the series of a shadow that is gone.</summary>
    public void Remove(PackagedModel served, PackagedModel shadow)
    {
        string[] labels = [served.Manifest.Name, served.Version, shadow.Version];
        _info.RemoveLabelled([.. labels, shadow.Digest.Hex]);
        _rows.RemoveLabelled(labels);
        _agreement.RemoveLabelled([.. labels, "true"]);
        _agreement.RemoveLabelled([.. labels, "false"]);
        DifferenceOf(served).RemoveLabelled(labels);
        _compute.RemoveLabelled(labels);
        _errors.RemoveLabelled(labels);
        foreach (var reason in Reasons)
        {
            _dropped.RemoveLabelled([.. labels, reason]);
        }
    }

    private Histogram DifferenceOf(PackagedModel served) => served.Manifest.Outputs is RegressionOutputs ? _numberDifference : _difference;
}
