using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>What a split of a dataset holds.</summary>
/// <param name="Split">Which one.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positives">Rows whose label is true.</param>
/// <param name="FirstTime">The earliest row's time.</param>
/// <param name="LastTime">The latest row's time.</param>
/// <param name="Digest">Over every value of every row; independent of the files that the rows came from.</param>
public sealed record SplitSummary(DataSplit Split, int Rows, int Positives, DateTime FirstTime, DateTime LastTime, Digest Digest)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public double PositiveShare => (double)Positives / Rows;
}
