namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>One value of a series.</summary>
/// <param name="Time">Of the scrape, in milliseconds since 1970: the same for all series of a process.</param>
/// <param name="Value">As scraped.</param>
internal readonly record struct PrometheusSample(long Time, double Value);
