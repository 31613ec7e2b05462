namespace Pipeline.Delivery.DriftChecks;

/// <summary>Where the current side of a drift check comes from.</summary>
public enum DriftSourceKind
{
    /// <summary>The production rows of the model's own dataset.</summary>
    Production,

    /// <summary>Files of rows, or of the service's prediction log.</summary>
    File,

    /// <summary>The services' counters in Prometheus.</summary>
    Prometheus,

    /// <summary>The metrics pages of the services themselves.</summary>
    Service,
}
