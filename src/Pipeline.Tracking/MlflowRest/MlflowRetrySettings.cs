namespace Pipeline.Tracking.MlflowRest;

/// <summary>How often and how long a server is asked before it counts as unreachable; the defaults are those of MLflow's client.</summary>
public sealed record MlflowRetrySettings
{
    /// <summary>Tries after the first (<c>MLFLOW_HTTP_REQUEST_MAX_RETRIES</c>).</summary>
    public int MaximumRetries { get; init; } = 7;

    /// <summary>The first pause; each one after is twice as long (<c>MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR</c>).</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The most that is added to a pause by chance (<c>MLFLOW_HTTP_REQUEST_BACKOFF_JITTER</c>).</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may be silent (<c>MLFLOW_HTTP_REQUEST_TIMEOUT</c>).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest pause that doubling leads to, as urllib3's.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest pause that a server may ask for (<c>Retry-After</c>).</summary>
    public TimeSpan LongestAskedPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a server that has not answered a call before, after all tries, may be silent at the next ones.</summary>
    public TimeSpan ImpatientTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
