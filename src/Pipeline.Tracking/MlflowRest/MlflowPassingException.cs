namespace Pipeline.Tracking.MlflowRest;

/// <summary>One try of a call failed in a way that may pass.</summary>
/// <param name="fault">What is told if all tries fail.</param>
/// <param name="retryAfter">How long the server wants to be left alone; null if it does not say.</param>
#pragma warning disable CA1064 // The transport catches it: it never leaves this folder.
internal sealed class MlflowPassingException(TrackingException fault, TimeSpan? retryAfter = null) : Exception(fault.Message, fault)
#pragma warning restore CA1064
{
    public TrackingException Fault { get; } = fault;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
