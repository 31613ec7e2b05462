namespace Pipeline.Metrics.Slices;

/// <summary>What a search for bad slices gave.</summary>
/// <param name="Found">The worst ones by effect size, worst first.</param>
/// <param name="Tried">How many slices were tried, which is what p-values are corrected for.</param>
/// <param name="PairRows">Rows that pairs of columns were looked for in; fewer than all where there are many columns and rows.</param>
public sealed record SliceSearchResult(IReadOnlyList<FoundSlice> Found, int Tried, int PairRows);
