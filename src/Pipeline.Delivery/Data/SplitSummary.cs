using System.Text.Json.Serialization;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>What a split of a dataset holds.</summary>
/// <param name="Split">Which one.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="FirstTime">The earliest row's time; null if rows have none.</param>
/// <param name="LastTime">The latest row's time; null if rows have none.</param>
/// <param name="Digest">Over every value of every row; independent of the files that the rows came from.</param>
public sealed record SplitSummary(DataSplit Split, int Rows, DateTime? FirstTime, DateTime? LastTime, Digest Digest)
{
    /// <summary>Of two classes, rows whose label is true; null for another task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Positives { get; init; }

    /// <summary>Of several classes, rows of each; null for another task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? ClassRows { get; init; }

    /// <summary>Of a number, its mean; null for another task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanLabel { get; init; }
}
