namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>What one scrape of a process says of the whole of its counters.</summary>
/// <param name="Time">Milliseconds since 1970.</param>
/// <param name="Rows">All rows counted so far.</param>
/// <param name="ProcessStart">When the process started, in seconds since 1970; null if it does not tell.</param>
public readonly record struct ScrapedTotal(long Time, long Rows, double? ProcessStart);
