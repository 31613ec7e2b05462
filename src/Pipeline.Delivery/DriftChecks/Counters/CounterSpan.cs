namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>The part of a window in which one life of a process counted: what it counted is the reading at the end less that at the start. Times in milliseconds since 1970.</summary>
/// <param name="Start">Time of the scrape to count from, which may lie before the window; null if the process began after the window's last scrape before it, and so from 0.</param>
/// <param name="End">Time of the last scrape.</param>
/// <param name="IsCutOff">Whether the process had run before <paramref name="Start"/> unread, so that what it counted by then is left out.</param>
public sealed record CounterSpan(long? Start, long End, bool IsCutOff);
