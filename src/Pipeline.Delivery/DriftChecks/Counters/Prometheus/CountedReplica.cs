namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>One process that served one version of the model, and when it was scraped.</summary>
/// <param name="Key">Which process.</param>
/// <param name="Version">Label <c>version</c>.</param>
/// <param name="Timeline">Its scrapes.</param>
internal sealed record CountedReplica(ReplicaKey Key, string Version, ReplicaTimeline Timeline);
