namespace Pipeline.Delivery.Tracking;

/// <summary>What Runs is to show.</summary>
/// <param name="Sort">The metric to sort by, the best first; null for the newest first.</param>
/// <param name="With">Beginning of the id or name of a run to compare with another; null to list.</param>
/// <param name="And">The other; null for what the last stage runs, else the newest.</param>
public sealed record RunsOptions(string? Sort, string? With, string? And);
