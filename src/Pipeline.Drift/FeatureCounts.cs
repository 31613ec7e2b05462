using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>How often a feature's values came, by bin and by state. Missing and infinite values are in no bin; all others are in exactly one.</summary>
/// <param name="Bins">One count per bin.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="NotFinite">Infinite numbers.</param>
/// <param name="BelowRange">Numbers less than all in training; they are in a bin, too.</param>
/// <param name="AboveRange">Numbers greater than all in training; they are in a bin, too.</param>
/// <param name="Unseen">Values that training did not see; they are in a bin, too.</param>
public sealed record FeatureCounts(IReadOnlyList<long> Bins, long Missing, long NotFinite, long BelowRange, long AboveRange, long Unseen)
{
    /// <summary>Values in bins.</summary>
    [JsonIgnore]
    public long Binned => Bins.Sum();

    /// <summary>All rows.</summary>
    [JsonIgnore]
    public long Rows => Binned + Missing + NotFinite;

    /// <summary>Values of a state; over all states these are the rows.</summary>
    public long Of(ValueState state) => state switch
    {
        ValueState.Missing => Missing,
        ValueState.NotFinite => NotFinite,
        ValueState.BelowRange => BelowRange,
        ValueState.AboveRange => AboveRange,
        ValueState.Unseen => Unseen,
        _ => Binned - BelowRange - AboveRange - Unseen,
    };
}
