namespace Pipeline.Inference.Telemetry;

/// <summary>How a request for predictions ended.</summary>
public enum Outcome
{
    /// <summary>Scored.</summary>
    Ok,

    /// <summary>The client's fault: a 4xx with its reasons.</summary>
    Invalid,

    /// <summary>Not ready, or too many at once: a 503 or 429.</summary>
    Rejected,

    /// <summary>Not answered within the deadline: a 504.</summary>
    Timeout,

    /// <summary>The client went away.</summary>
    Canceled,

    /// <summary>The service's fault: a 500.</summary>
    Error,
}
