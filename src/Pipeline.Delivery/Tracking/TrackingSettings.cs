using Pipeline.Engine;

namespace Pipeline.Delivery.Tracking;

/// <summary>Where runs are logged: always to the embedded store, and to a server if MLflow's own variables name one.</summary>
/// <param name="Server">The server; null for none.</param>
/// <param name="Experiment">Name of the experiment; null for the model's.</param>
public sealed record TrackingSettings(Uri? Server, string? Experiment)
{
    public const string ServerVariable = "MLFLOW_TRACKING_URI";
    public const string ExperimentVariable = "MLFLOW_EXPERIMENT_NAME";

    // What MLflow's own programs take for the embedded store when they are started in the repository.
    private static readonly string[] Embedded = ["sqlite:///mlflow.db", "sqlite:///./mlflow.db"];

    /// <param name="environment">Gives a variable's value, null if it is not set.</param>
    /// <exception cref="PipelineException">Exit code 64: MLFLOW_TRACKING_URI names a kind of store that runs are not logged to.</exception>
    public static TrackingSettings Read(Func<string, string?> environment)
    {
        var experiment = environment(ExperimentVariable) is { Length: > 0 } name ? name : null;
        var text = environment(ServerVariable)?.Trim();
        if (text is null or "" || Embedded.Contains(text, StringComparer.Ordinal))
        {
            return new TrackingSettings(null, experiment);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? new TrackingSettings(uri, experiment)
            : throw new PipelineException(
                ExitCode.Usage,
                $"{ServerVariable} is no http or https address. Name a server, or leave it unset: runs are then logged to mlflow.db in the repository, which 'mlflow ui' opens. --no-tracking logs nothing.");
    }
}
