namespace Pipeline.Benchmarks.Hostile;

/// <summary>How the bytes of a hostile request are sent.</summary>
public enum Delivery
{
    /// <summary>A request whose end the server can tell; the connection is used again.</summary>
    Whole,

    /// <summary>A request whose end may never come: without an answer soon, the client ends its side.</summary>
    Ended,

    /// <summary>A few bytes at a time, with pauses.</summary>
    Slow,

    /// <summary>The client resets the connection without waiting for an answer.</summary>
    HungUp,
}
