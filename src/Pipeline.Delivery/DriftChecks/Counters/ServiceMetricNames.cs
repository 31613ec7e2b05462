namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>The service's metrics that a drift check reads, by name. The service has its own constants for them, as neither refers to the other; a test holds the two together.</summary>
internal static class ServiceMetricNames
{
    public const string FeatureBins = "model_feature_bin_total";
    public const string FeatureValues = "model_feature_value_total";
    public const string PredictionBins = "model_prediction_bin_total";
    public const string PredictedLabels = "model_predicted_label_total";

    /// <summary>Rows that were scored, whether they were counted for drift or not.</summary>
    public const string Rows = "inference_rows_total";

    public const string ModelInfo = "model_info";

    /// <summary>Not the service's own, but that of every process with a Prometheus library.</summary>
    public const string ProcessStart = "process_start_time_seconds";

    /// <summary>Everything that <see cref="CounterLayout"/> has a cell for.</summary>
    public static IReadOnlyList<string> Counters { get; } = [FeatureBins, FeatureValues, PredictionBins, PredictedLabels, Rows];
}
