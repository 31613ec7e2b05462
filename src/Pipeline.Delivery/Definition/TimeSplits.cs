using System.Globalization;
using System.Text.Json.Serialization;
using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.Definition;

/// <summary>Rows by time. The ranges must not overlap, and are in the order train, validation, test, production.</summary>
/// <param name="Train">Fits the trainers.</param>
/// <param name="Validation">Chooses among trainers.</param>
/// <param name="Test">Judges the chosen one; nothing else sees it.</param>
/// <param name="Production">Stands for live traffic when drift is checked from a file; null if there are none.</param>
public sealed record TimeSplits(TimeRange Train, TimeRange Validation, TimeRange Test, TimeRange? Production) : SplitSettings
{
    [JsonIgnore]
    public override IReadOnlyList<DataSplit> Names => Production is null
        ? [DataSplit.Train, DataSplit.Validation, DataSplit.Test]
        : [DataSplit.Train, DataSplit.Validation, DataSplit.Test, DataSplit.Production];

    public override string Describe(DataSplit split)
    {
        var range = RangeOf(split);
        return string.Create(CultureInfo.InvariantCulture, $"{range.From:yyyy-MM-dd} to {range.Before.AddDays(-1):yyyy-MM-dd}");
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such split.</exception>
    public TimeRange RangeOf(DataSplit split) => split switch
    {
        DataSplit.Train => Train,
        DataSplit.Validation => Validation,
        DataSplit.Test => Test,
        DataSplit.Production when Production is not null => Production,
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split."),
    };
}
