using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>What a source has for one window.</summary>
/// <param name="Profile">Counts in the reference's bins.</param>
/// <param name="Coverage">Rows that were counted, of those that were answered: 0 to 1; null where the source cannot tell.</param>
/// <param name="Samples">By numeric feature: distances of the values themselves; null where there are only counts.</param>
/// <param name="Notes">What a reader has to know: replicas that came or went, restarts, rows left out. Sentences.</param>
public sealed record SourceWindow(LiveProfile Profile, double? Coverage, IReadOnlyDictionary<string, SampleDistance>? Samples, IReadOnlyList<string> Notes)
{
    /// <summary>Single answers, of all rows or of some evenly spaced ones; null where there are only counts.</summary>
    public IReadOnlyList<ScoredRow>? Scored { get; init; }
}
