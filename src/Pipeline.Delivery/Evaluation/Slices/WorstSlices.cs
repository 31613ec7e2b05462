namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>Where the candidate is worst, found by a search over every column and pair of columns.</summary>
/// <param name="Found">Worst first; empty if no slice is worse than the rest beyond chance.</param>
/// <param name="Tried">Slices that were tried, which p-values are corrected for.</param>
/// <param name="Rows">Test rows that pairs of columns were looked for in.</param>
public sealed record WorstSlices(IReadOnlyList<WorstSlice> Found, int Tried, int Rows);
