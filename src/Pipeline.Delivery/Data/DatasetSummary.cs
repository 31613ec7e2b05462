using System.Text.Json.Serialization;
using Pipeline.Delivery.Data.Checks;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>The content of a dataset's dataset.json.</summary>
/// <param name="Task">One of <see cref="ModelTask"/>.</param>
/// <param name="Columns">Features, in the query's order.</param>
/// <param name="Label">Name of the label column.</param>
/// <param name="Time">Name of the time column; null if rows have none.</param>
/// <param name="Splits">One entry per split.</param>
/// <param name="RowsOutside">Rows of the query that lie in no split, and are not in the dataset.</param>
/// <param name="RowsDigest">Over columns and splits: the same rows give the same digest, whatever files they came from.</param>
public sealed record DatasetSummary(
    string Task, IReadOnlyList<DatasetColumn> Columns, string Label, string? Time, IReadOnlyList<SplitSummary> Splits, long RowsOutside, Digest RowsDigest)
{
    /// <summary>Columns that are not features, in the query's order.</summary>
    public IReadOnlyList<AttributeColumn> Attributes { get; init; } = [];

    /// <summary>What the checks of <c>data.checks</c> found; none failed.</summary>
    public IReadOnlyList<DataCheckOutcome> Checks { get; init; } = [];

    /// <summary>Of several classes, those of the training rows, in ordinal order; empty for another task.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Classes { get; } = [.. (Splits.FirstOrDefault(split => split.Split == DataSplit.Train)?.ClassRows?.Keys ?? []).Order(StringComparer.Ordinal)];
}
