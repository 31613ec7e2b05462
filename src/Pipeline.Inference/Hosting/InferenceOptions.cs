using System.Net;
using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Shadow;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Hosting;

/// <summary>
/// All settings of the service. Read strictly, from options and a few environment variables and from nowhere else, so that no stray file or variable changes what
/// a container does; this is why the usual configuration providers, which ignore what they don't know, are not used.
/// </summary>
public sealed record InferenceOptions
{
    public const string Usage =
        "Usage: inference [--package DIRECTORY] [--expect-digest sha256:HEX] [--address IP] [--port N] [--max-rows N] [--max-body-bytes N] [--max-concurrent N] [--deadline-seconds N] [--stage NAME] [--drain-seconds N] " +
        "[--prediction-log DIRECTORY] [--prediction-log-format jsonl|parquet] [--prediction-log-sample 0..1] [--prediction-log-file-bytes N] [--prediction-log-file-seconds N] " +
        "[--shadow-package DIRECTORY] [--shadow-expect-digest sha256:HEX] [--shadow-poll-seconds N] [--exit-with-parent] [--healthcheck].";

    /// <summary>Rows of one request; 10,000 rows are scored in about 30 ms.</summary>
    public const int DefaultMaxRows = 10_000;

    /// <summary>Bytes of one request's body: 32 MiB.</summary>
    public const int DefaultMaxBodyBytes = 32 << 20;

    /// <summary>Requests for predictions that are worked on at once.</summary>
    public const int DefaultMaxConcurrentRequests = 256;

    /// <summary>Seconds from a request's header to its answer.</summary>
    public const int DefaultDeadlineSeconds = 10;

    public const int DefaultPort = 8080;

    public ServiceVerb Verb { get; init; }

    /// <summary>The model package.</summary>
    public string PackageDirectory { get; init; } = Path.Combine(AppContext.BaseDirectory, "model");

    /// <summary>The digest that the package must have; null takes any package.</summary>
    public Digest? ExpectedDigest { get; init; }

    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 for any free port.</summary>
    public int Port { get; init; } = DefaultPort;

    public int MaxRows { get; init; } = DefaultMaxRows;

    public int MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>More requests than this at once are answered 429.</summary>
    public int MaxConcurrentRequests { get; init; } = DefaultMaxConcurrentRequests;

    /// <summary>A request that takes longer is answered 504.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(DefaultDeadlineSeconds);

    /// <summary>Name of the stage that this service runs in, such as <c>production</c>; clients may ask for it as a version. Null if it was told none.</summary>
    public string? Stage { get; init; }

    /// <summary>How long the service answers on, no longer ready, after it was told to stop: time for load balancers to notice.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.Zero;

    /// <summary>Null if predictions are not logged.</summary>
    public PredictionLogOptions? PredictionLog { get; init; }

    /// <summary>Null if there is no shadow model.</summary>
    public ShadowOptions? Shadow { get; init; }

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
            Address = reader.Address("--address", "ADDRESS") ?? defaults.Address,
            Port = reader.Number("--port", "PORT", 0, IPEndPoint.MaxPort, defaults.Port),
            MaxRows = reader.Number("--max-rows", "MAX_ROWS", 1, 1_000_000, defaults.MaxRows),
            MaxBodyBytes = reader.Number("--max-body-bytes", "MAX_BODY_BYTES", 1_024, 1 << 30, defaults.MaxBodyBytes),
            MaxConcurrentRequests = reader.Number("--max-concurrent", "MAX_CONCURRENT", 1, 1_000_000, defaults.MaxConcurrentRequests),
            Deadline = TimeSpan.FromSeconds(reader.Number("--deadline-seconds", "DEADLINE_SECONDS", 1, 3_600, DefaultDeadlineSeconds)),
            Stage = reader.Text("--stage", "MODEL_STAGE"),
            Drain = TimeSpan.FromSeconds(reader.Number("--drain-seconds", "DRAIN_SECONDS", 0, 300, 0)),
            PredictionLog = PredictionLogOptions.Read(reader),
            Shadow = ShadowOptions.Read(reader),
            ExitWithParent = reader.Flag("--exit-with-parent"),
            Verb = reader.Flag("--healthcheck") ? ServiceVerb.HealthCheck : ServiceVerb.Serve,
        };
        var faults = reader.Faults();
        return (faults.Count == 0 ? options : null, faults);
    }
}
