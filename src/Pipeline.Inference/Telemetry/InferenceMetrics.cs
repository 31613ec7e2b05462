using Pipeline.Inference.Hosting;
using Pipeline.ModelPackage;
using Prometheus;

namespace Pipeline.Inference.Telemetry;

/// <summary>
/// The service's metrics. Every label is bounded: models and versions are those that this process has loaded. One registry a service, with the process's and the
/// runtime's own figures but without the bridge from .NET meters, which would publish some ninety series that nobody has asked for.
/// </summary>
public sealed class InferenceMetrics
{
    public const string RequestsTotal = "inference_requests_total";
    public const string RowsTotal = "inference_rows_total";
    public const string RequestDurationSeconds = "inference_request_duration_seconds";
    public const string QueueDurationSeconds = "inference_queue_duration_seconds";
    public const string ComputeDurationSeconds = "inference_compute_duration_seconds";
    public const string BatchRows = "inference_batch_rows";
    public const string QueueDepth = "inference_queue_depth";
    public const string RejectedTotal = "inference_rejected_total";
    public const string InFlightRequests = "inference_in_flight";
    public const string UnauthorizedTotal = "inference_unauthorized_total";
    public const string ModelInfo = "model_info";
    public const string ModelLoadedTimestampSeconds = "model_loaded_timestamp_seconds";

    // What requests are counted under before a model is loaded.
    private const string NoModel = "none";

    // 50 µs to 3.3 s, doubling: one row takes about 40 µs, so that the libraries' usual 5 ms first bucket would hold everything.
    private static readonly double[] DurationBuckets = Histogram.ExponentialBuckets(50e-6, 2, 17);

    // Rows of a request, from one to the default limit by fours.
    private static readonly double[] BatchRowsBuckets = Histogram.ExponentialBuckets(1, 4, 8);

    private readonly Counter _requests;
    private readonly Counter _rows;
    private readonly Histogram _requestDuration;
    private readonly Histogram _queueDuration;
    private readonly Histogram _computeDuration;
    private readonly Histogram _batchRows;
    private readonly Counter.Child[] _rejected;
    private readonly Gauge _queueDepth;
    private readonly Gauge _inFlight;
    private readonly Counter _unauthorized;
    private readonly Gauge _modelInfo;
    private readonly Gauge _modelLoaded;
    private readonly string _stage;

    public InferenceMetrics(InferenceOptions options)
    {
        _stage = options.Stage ?? string.Empty;
        DotNetStats.Register(Registry);
        var factory = Metrics.WithCustomRegistry(Registry);

        // Of all metrics, a slow request's duration is where one wants to see an example; without traces there is none to name.
        factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        string[] model = ["model", "version"];
        _requests = factory.CreateCounter(RequestsTotal, $"Requests for predictions, by outcome: {string.Join(", ", LabelNames.Outcomes)}.", [.. model, "protocol", "outcome"]);
        _rows = factory.CreateCounter(RowsTotal, "Rows scored.", model);
        _requestDuration = factory.CreateHistogram(RequestDurationSeconds, "Time from a request's header to its answer, in seconds.", model, new HistogramConfiguration { Buckets = DurationBuckets, ExemplarBehavior = options.Traces ? TraceOfEach() : ExemplarBehavior.NoExemplars() });
        _queueDuration = factory.CreateHistogram(QueueDurationSeconds, "Time that a request waited for a thread to be worked on, in seconds.", model, Buckets(DurationBuckets));
        _computeDuration = factory.CreateHistogram(ComputeDurationSeconds, "Time that a request's rows took in the model, in seconds.", model, Buckets(DurationBuckets));
        _batchRows = factory.CreateHistogram(BatchRows, "Rows of a scored request.", model, Buckets(BatchRowsBuckets));
        var rejected = factory.CreateCounter(RejectedTotal, $"Requests for predictions refused to protect the service, by reason: {string.Join(", ", LabelNames.Rejections)}.", "reason");
        _rejected = [.. LabelNames.Rejections.Select(reason => rejected.WithLabels(reason))];
        _queueDepth = factory.CreateGauge(QueueDepth, "Large requests for predictions that wait for a thread.");
        _inFlight = factory.CreateGauge(InFlightRequests, "Requests for predictions that are being worked on.");
        _unauthorized = factory.CreateCounter(UnauthorizedTotal, "Requests refused because they had no API key or a wrong one.");
        _modelInfo = factory.CreateGauge(ModelInfo, "1 for the model that is served; reference_sha256 is empty if its package has no reference profile, stage if the service was told none.", [.. model, "sha256", "reference_sha256", "runtime", "stage"]);
        _modelLoaded = factory.CreateGauge(ModelLoadedTimestampSeconds, "When the model became ready, in seconds since 1970.", model);
    }

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    /// <summary>Has the number of requests that are being worked on read whenever the metrics are.</summary>
    public void ReadInFlight(Func<int> count) => Registry.AddBeforeCollectCallback(() => _inFlight.Set(count()));

    /// <summary>Has the number of large requests that wait read whenever the metrics are.</summary>
    public void ReadQueueDepth(Func<int> count) => Registry.AddBeforeCollectCallback(() => _queueDepth.Set(count()));

    /// <summary>Counts a request that came before there was a model.</summary>
    public void CountBeforeLoading(Protocol protocol) =>
        _requests.WithLabels(NoModel, NoModel, LabelNames.Protocols[(int)protocol], LabelNames.Outcomes[(int)Outcome.Rejected]).Inc();

    public void CountRejected(Rejection reason) => _rejected[(int)reason].Inc();

    public void CountUnauthorized() => _unauthorized.Inc();

    /// <summary>The model's own metrics, from zero; nothing says yet that it is served.</summary>
    public ModelMetrics MetricsOf(PackagedModel package)
    {
        var (model, version) = (package.Manifest.Name, package.Version);
        return new ModelMetrics(
            new RequestCounters((protocol, outcome) => _requests.WithLabels(model, version, protocol, outcome)),
            _rows.WithLabels(model, version),
            _requestDuration.WithLabels(model, version),
            _queueDuration.WithLabels(model, version),
            _computeDuration.WithLabels(model, version),
            _batchRows.WithLabels(model, version));
    }

    /// <summary>Publishes which model is served from now on.</summary>
    public void ModelServed(PackagedModel package, DateTimeOffset now)
    {
        _modelInfo.WithLabels(package.Manifest.Name, package.Version, package.Digest.Hex, package.ReferenceDigest?.Hex ?? string.Empty, $"onnxruntime {OnnxRuntimeEnvironment.Version}", _stage).Set(1);
        _modelLoaded.WithLabels(package.Manifest.Name, package.Version).Set(now.ToUnixTimeMilliseconds() / 1000.0);
    }

    private static ExemplarBehavior TraceOfEach() => new() { DefaultExemplarProvider = static (_, _) => Exemplar.FromTraceContext() };

    private static HistogramConfiguration Buckets(double[] buckets) => new() { Buckets = buckets };
}
