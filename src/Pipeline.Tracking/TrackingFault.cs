namespace Pipeline.Tracking;

/// <summary>Why a store did not do what it was asked.</summary>
public enum TrackingFault
{
    /// <summary>It does not answer, or has a fault of its own, after all tries: asking again later may help.</summary>
    Unreachable,

    /// <summary>It does not know who asks, or that person may not.</summary>
    Denied,

    /// <summary>It says that what is asked is wrong: asking again does not help.</summary>
    Refused,
}
