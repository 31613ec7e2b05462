using System.Net;
using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Shadow;
using Pipeline.Inference.Access;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// All settings of the service. Read strictly, from options and a few environment variables and from nowhere else, so that no stray file or variable changes what
/// a container does; this is why the usual configuration providers, which ignore what they don't know, are not used. docs/service.md explains each.
/// </summary>
public sealed record InferenceOptions
{
    public const string Usage =
        "Usage: inference [--package DIRECTORY] [--expect-digest sha256:HEX] [--model-key FILE] [--address IP] [--port N] [--metrics-port N] [--stage NAME] " +
        "[--max-rows N] [--max-body-bytes N] [--max-decompressed-bytes N] [--max-buffered-bytes N] [--max-json-depth N] [--max-concurrent N] [--max-connections N] " +
        "[--max-wait-milliseconds N] [--deadline-seconds N] [--keep-alive-seconds N] [--drain-seconds N] [--api-key-file FILE] [--metrics-need-key] [--public-docs] " +
        "[--prediction-log DIRECTORY] [--prediction-log-format FORMAT] [--prediction-log-sample SHARE] [--prediction-log-file-bytes N] [--prediction-log-file-seconds N] " +
        "[--shadow-package DIRECTORY] [--shadow-expect-digest sha256:HEX] [--shadow-poll-seconds N] [--exit-with-parent] [--healthcheck].";

    /// <summary>Rows of one request; 10,000 rows are scored in about 30 ms.</summary>
    public const int DefaultMaxRows = 10_000;

    /// <summary>Bytes of one request's body: 32 MiB.</summary>
    public const int DefaultMaxBodyBytes = 32 << 20;

    /// <summary>Bytes of all bodies that are being read: 128 MiB. With the other limits alone it could be 8 GiB.</summary>
    public const int DefaultMaxBufferedBytes = 128 << 20;

    /// <summary>Levels of JSON; the deepest dialect needs seven.</summary>
    public const int DefaultMaxJsonDepth = 16;

    /// <summary>Requests for predictions that are worked on at once.</summary>
    public const int DefaultMaxConcurrentRequests = 256;

    /// <summary>Open connections; an idle one takes some kilobytes.</summary>
    public const int DefaultMaxConnections = 4_096;

    /// <summary>Milliseconds that a large request waits for others at most: 256 requests of 100 rows at once wait some 50 on one core, three times that while refusals take half of it.</summary>
    public const int DefaultMaxWaitMilliseconds = 250;

    /// <summary>Seconds from a request's header to its answer.</summary>
    public const int DefaultDeadlineSeconds = 10;

    /// <summary>
    /// Seconds that a connection may be idle. Longer than load balancers keep theirs (60 s at Amazon, 240 s at Microsoft, 600 s at Google): who closes first must be the
    /// client, because a request that meets a closing server is lost.
    /// </summary>
    public const int DefaultKeepAliveSeconds = 620;

    public const int DefaultPort = 8080;

    public ServiceVerb Verb { get; init; }

    /// <summary>The model package.</summary>
    public string PackageDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "model");

    /// <summary>The digest that the package must have; null takes any package.</summary>
    public Digest? ExpectedDigest { get; init; }

    /// <summary>A file with the public key that must have signed the package, and the shadow's; null takes unsigned ones.</summary>
    public string? ModelKeyFile { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 for any free port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Where /metrics is, and health as well; 0 for any free port, null for the port of predictions.</summary>
    public int? MetricsPort { get; init; }

    public int MaxRows { get; init; } = DefaultMaxRows;

    /// <summary>Of a body as it is sent.</summary>
    public int MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>Of a compressed body, decompressed.</summary>
    public int MaxDecompressedBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>Of all bodies together that are being read; further large ones are answered 429.</summary>
    public int MaxBufferedBytes { get; init; } = DefaultMaxBufferedBytes;

    /// <summary>What is nested deeper is refused; it holds for all dialects.</summary>
    public int MaxJsonDepth { get; init; } = DefaultMaxJsonDepth;

    /// <summary>More requests than this at once are answered 429.</summary>
    public int MaxConcurrentRequests { get; init; } = DefaultMaxConcurrentRequests;

    /// <summary>More connections than this at once are closed, on each port.</summary>
    public int MaxConnections { get; init; } = DefaultMaxConnections;

    /// <summary>A request of more than 2 KiB that would wait longer than this for others of its kind is answered 429.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(DefaultMaxWaitMilliseconds);

    /// <summary>A request that takes longer is answered 504, or 408 if it hasn't come whole by then.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(DefaultDeadlineSeconds);

    /// <summary>An idle connection is closed after this time.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(DefaultKeepAliveSeconds);

    /// <summary>Name of the stage that this service runs in, such as <c>production</c>; clients may ask for it as a version. Null if it was told none.</summary>
    public string? Stage { get; init; }

    /// <summary>How long the service answers on, no longer ready, after it was told to stop: time for load balancers to notice.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.Zero;

    /// <summary>Null if predictions are not logged.</summary>
    public PredictionLogOptions? PredictionLog { get; init; }

    /// <summary>Null if there is no shadow model.</summary>
    public ShadowOptions? Shadow { get; init; }

    /// <summary>Keys that were given by environment; none if there are none.</summary>
    public KeyHashes ApiKeys { get; init; } = KeyHashes.None;

    /// <summary>A file of further keys, read again when it changes. Null if there is none.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>Whether clients must present a key.</summary>
    public bool NeedsKey => ApiKeys.Count > 0 || ApiKeyFile is not null;

    /// <summary>/metrics needs a key as predictions do.</summary>
    public bool MetricsNeedKey { get; init; }

    /// <summary>/docs and /openapi need no key.</summary>
    public bool PublicDocs { get; init; }

    /// <summary>Requests are traced, to where the SDK's own variables say; any other variable of OpenTelemetry is without effect unless this is set.</summary>
    public bool Traces { get; init; }

    /// <summary>Stop when standard input ends, as it does when the process that started this one is gone.</summary>
    public bool ExitWithParent { get; init; }

    /// <summary>Reads options (which win) and environment variables.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Gives a variable's value, null if it is not set.</param>
    /// <returns>The options, or null and every fault.</returns>
    public static (InferenceOptions? Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var reader = new OptionReader(arguments, environment);
        var defaults = new InferenceOptions();
        var options = new InferenceOptions
        {
            PackageDirectory = reader.Text("--package", "MODEL_PACKAGE") ?? defaults.PackageDirectory,
            ExpectedDigest = reader.Digest("--expect-digest", "MODEL_DIGEST"),
            ModelKeyFile = reader.Text("--model-key", "MODEL_KEY"),
            Address = reader.Address("--address", "ADDRESS") ?? defaults.Address,
            Port = reader.Number("--port", "PORT", 0, IPEndPoint.MaxPort, defaults.Port),
            MetricsPort = reader.Number("--metrics-port", "METRICS_PORT", 0, IPEndPoint.MaxPort),
            MaxRows = reader.Number("--max-rows", "MAX_ROWS", 1, 1_000_000, defaults.MaxRows),
            MaxBodyBytes = reader.Number("--max-body-bytes", "MAX_BODY_BYTES", 1_024, 1 << 30, defaults.MaxBodyBytes),
            MaxDecompressedBytes = reader.Number("--max-decompressed-bytes", "MAX_DECOMPRESSED_BYTES", 1_024, 1 << 30, defaults.MaxDecompressedBytes),
            MaxBufferedBytes = reader.Number("--max-buffered-bytes", "MAX_BUFFERED_BYTES", 1 << 20, int.MaxValue, defaults.MaxBufferedBytes),
            MaxJsonDepth = reader.Number("--max-json-depth", "MAX_JSON_DEPTH", 8, 1_000, defaults.MaxJsonDepth),
            MaxConcurrentRequests = reader.Number("--max-concurrent", "MAX_CONCURRENT", 1, 1_000_000, defaults.MaxConcurrentRequests),
            MaxWait = TimeSpan.FromMilliseconds(reader.Number("--max-wait-milliseconds", "MAX_WAIT_MILLISECONDS", 1, 600_000, DefaultMaxWaitMilliseconds)),
            MaxConnections = reader.Number("--max-connections", "MAX_CONNECTIONS", 1, 1_000_000, defaults.MaxConnections),
            Deadline = TimeSpan.FromSeconds(reader.Number("--deadline-seconds", "DEADLINE_SECONDS", 1, 3_600, DefaultDeadlineSeconds)),
            KeepAlive = TimeSpan.FromSeconds(reader.Number("--keep-alive-seconds", "KEEP_ALIVE_SECONDS", 1, 86_400, DefaultKeepAliveSeconds)),
            Stage = reader.Text("--stage", "MODEL_STAGE"),
            Drain = TimeSpan.FromSeconds(reader.Number("--drain-seconds", "DRAIN_SECONDS", 0, 300, 0)),
            PredictionLog = PredictionLogOptions.Read(reader),
            Shadow = ShadowOptions.Read(reader),
            ApiKeys = reader.Keys("API_KEYS"),
            ApiKeyFile = reader.Text("--api-key-file", "API_KEY_FILE"),
            MetricsNeedKey = reader.Flag("--metrics-need-key", "METRICS_NEED_KEY"),
            PublicDocs = reader.Flag("--public-docs", "PUBLIC_DOCS"),
            Traces = reader.IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || reader.IsSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            ExitWithParent = reader.Flag("--exit-with-parent"),
            Verb = reader.Flag("--healthcheck") ? ServiceVerb.HealthCheck : ServiceVerb.Serve,
        };
        var faults = reader.Faults();
        return (faults.Count == 0 ? options : null, faults);
    }
}
