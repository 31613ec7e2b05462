using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.Definition;

/// <summary>
/// Rows by chance, for data without a time. What chooses is a hash of the row's own values and the seed: a row stays in its split when others come, and rows that are
/// alike lie in one split.
/// </summary>
/// <param name="Train">Share of the rows that fit the trainers; the three sum to 1.</param>
/// <param name="Validation">Share that chooses among trainers.</param>
/// <param name="Test">Share that judges the chosen one.</param>
/// <param name="Seed">Another gives another division.</param>
/// <param name="Group">A column of the query, rows of equal value of which stay together, such as a customer's; null for none.</param>
public sealed record ShareSplits(double Train, double Validation, double Test, int Seed, string? Group) : SplitSettings
{
    public const int DefaultSeed = 1;

    [JsonIgnore]
    public override IReadOnlyList<DataSplit> Names => [DataSplit.Train, DataSplit.Validation, DataSplit.Test];

    public override string Describe(DataSplit split) => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * ShareOf(split):0.##} % of all rows, by chance{(Group is null ? string.Empty : $", those of one {Group} together")}");

    /// <exception cref="ArgumentOutOfRangeException">There is no such split.</exception>
    public double ShareOf(DataSplit split) => split switch
    {
        DataSplit.Train => Train,
        DataSplit.Validation => Validation,
        DataSplit.Test => Test,
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split."),
    };
}
