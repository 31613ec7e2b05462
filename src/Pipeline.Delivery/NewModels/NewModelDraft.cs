using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.NewModels;

/// <summary>A model's definition before it is written.</summary>
/// <param name="Name">The model's.</param>
/// <param name="Description">One line.</param>
/// <param name="Files">As <c>data.files</c> says them.</param>
/// <param name="Label">What is predicted.</param>
/// <param name="Time">The column of the rows' time; null if there is none.</param>
/// <param name="Columns">What becomes of each column of the data.</param>
/// <param name="Splits">Which rows are for what.</param>
/// <param name="WhySplits">For people.</param>
internal sealed record NewModelDraft(
    string Name, string Description, IReadOnlyList<string> Files, LabelPlan Label, SourceColumn? Time, IReadOnlyList<ColumnPlan> Columns, SplitSettings Splits, string WhySplits)
{
    /// <summary>Number of test rows; 0 until it is known.</summary>
    public long TestRows { get; init; }

    /// <summary>Of classes, the test rows of the rarest.</summary>
    public long RarestTestRows { get; init; }

    /// <summary>Checks that these data do not pass, and why.</summary>
    public IReadOnlyDictionary<string, string> ChecksOff { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of the query's columns that the model does not see.</summary>
    public IReadOnlyList<string> Attributes => [.. Columns.Where(column => column.Use == ColumnUse.Group).SelectMany(column => column.Columns).Select(column => column.Name)];

    /// <summary>Conditions on the rows, in SQL, each with the reason.</summary>
    public IReadOnlyList<(string Sql, string Why)> Where =>
    [
        .. Label.Where is { } where ? [(where, Label.WhyWhere)] : Array.Empty<(string, string)>(),
        .. Time is { Missing: > 0 } time ? [($"{time.Value} IS NOT NULL", FormattableString.Invariant($"{time.Missing:N0} rows have no time"))] : Array.Empty<(string, string)>(),
    ];
}
