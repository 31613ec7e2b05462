namespace Pipeline.Tracking;

/// <summary>A store did not do what it was asked. The message says which store and what, for people.</summary>
public sealed class TrackingException(TrackingFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public TrackingFault Fault { get; } = fault;
}
