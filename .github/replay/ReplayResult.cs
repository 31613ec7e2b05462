namespace Pipeline.WorkflowReplay;

/// <summary>How a step or job ended; GitHub's words in lower case.</summary>
public enum ReplayResult
{
    /// <summary>It ran and ended well.</summary>
    Success,

    /// <summary>It ran and did not.</summary>
    Failure,

    /// <summary>Its condition did not hold.</summary>
    Skipped,
}
