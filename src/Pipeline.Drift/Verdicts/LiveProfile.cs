namespace Pipeline.Drift.Verdicts;

/// <summary>What came in one window of time, counted in the reference's own bins: the same whether it was read from a service's counters or from a file of rows.</summary>
/// <param name="From">Start of the window, inclusive; null if rows have no time.</param>
/// <param name="To">End of the window, exclusive; null if rows have no time.</param>
/// <param name="Rows">Rows that came.</param>
/// <param name="Features">By the feature's name. A feature of the reference that is not here was not seen at all.</param>
/// <param name="Predictions">The model's answers; null if they are not known.</param>
/// <param name="Labels">How often each label turned out to be the true one; null if no label is known yet, and of a model of a number.</param>
public sealed record LiveProfile(
    DateTimeOffset? From,
    DateTimeOffset? To,
    long Rows,
    IReadOnlyDictionary<string, FeatureCounts> Features,
    PredictionCounts? Predictions,
    IReadOnlyDictionary<string, long>? Labels)
{
    /// <summary>The true numbers, in the bins of <see cref="ReferenceProfile.Target"/>; null if none is known yet, and of a model of classes.</summary>
    public FeatureCounts? Target { get; init; }
}
