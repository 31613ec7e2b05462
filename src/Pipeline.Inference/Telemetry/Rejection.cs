namespace Pipeline.Inference.Telemetry;

/// <summary>Why a request was refused to protect the service; values of the label <c>reason</c>.</summary>
public enum Rejection
{
    /// <summary>There is no model yet.</summary>
    NotReady,

    /// <summary>As many requests as the service takes at once are being worked on.</summary>
    Concurrency,

    /// <summary>The large requests before it would take too long.</summary>
    Wait,

    /// <summary>The bodies that are being read take all the memory that they may.</summary>
    Memory,
}
