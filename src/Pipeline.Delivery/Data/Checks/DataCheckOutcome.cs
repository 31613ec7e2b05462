using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Data.Checks;

/// <summary>What one check of a dataset found.</summary>
/// <param name="Check">One of <see cref="DataCheckNames"/>.</param>
/// <param name="Subject">The column, split or class that it is about; null for all rows.</param>
/// <param name="Status">What it came to.</param>
/// <param name="Found">For people: what was found, and what was wanted.</param>
public sealed record DataCheckOutcome(string Check, string? Subject, DataCheckStatus Status, string Found)
{
    /// <summary>What was measured, in the unit of the threshold; null if it is no number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Value { get; init; }

    /// <summary>The bound that it was held to; null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Threshold { get; init; }
}
