using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.PredictionLog;

/// <summary>Settings of the prediction log.</summary>
/// <param name="Directory">Where its files go; made if it does not exist.</param>
public sealed record PredictionLogOptions(string Directory)
{
    /// <summary>64 MiB: a few hundred thousand rows as JSON.</summary>
    public const int DefaultFileBytes = 64 << 20;

    public const int DefaultFileSeconds = 300;

    /// <summary>What the formats are called in the option, and the extensions of their files.</summary>
    public static IReadOnlyList<string> FormatNames { get; } = ["jsonl", "parquet"];

    public PredictionLogFormat Format { get; init; }

    /// <summary>The share of requests that are logged, from 0 to 1.</summary>
    public double Sample { get; init; } = 1;

    /// <summary>A file that has got this long is finished and the next one begun.</summary>
    public long FileBytes { get; init; } = DefaultFileBytes;

    /// <summary>A file that has got this old is finished, however short it is.</summary>
    public TimeSpan FileAge { get; init; } = TimeSpan.FromSeconds(DefaultFileSeconds);

    /// <summary>The settings, or null if no directory is given.</summary>
    internal static PredictionLogOptions? Read(OptionReader reader)
    {
        var directory = reader.Text("--prediction-log", "PREDICTION_LOG");
        var options = new PredictionLogOptions(directory ?? string.Empty)
        {
            Format = (PredictionLogFormat)reader.Choice("--prediction-log-format", "PREDICTION_LOG_FORMAT", FormatNames),
            Sample = reader.Share("--prediction-log-sample", "PREDICTION_LOG_SAMPLE", 1),
            FileBytes = reader.Number("--prediction-log-file-bytes", "PREDICTION_LOG_FILE_BYTES", 1_024, int.MaxValue, DefaultFileBytes),
            FileAge = TimeSpan.FromSeconds(reader.Number("--prediction-log-file-seconds", "PREDICTION_LOG_FILE_SECONDS", 1, 86_400, DefaultFileSeconds)),
        };
        return directory is null ? null : options;
    }
}
