namespace Pipeline.Delivery.Definition;

/// <summary>Where rows come from.</summary>
/// <param name="Files">Paths or globs relative to the model's folder: CSV, Parquet or JSON; seen by the query as the table <c>source</c>.</param>
/// <param name="Query">DuckDB SQL that gives one row per example. Every column of its result but label, time and attributes is a feature: strings and booleans categorical, numbers numeric.</param>
/// <param name="Label">The column to predict: boolean, or 0 and 1, of a binary model; texts of one of several classes; a number of a regression.</param>
/// <param name="Time">The date or timestamp column; not a feature. Null if the rows have none.</param>
/// <param name="MaxCategories">Of a categorical column with more values in the training rows so many of the most frequent are kept, and all others are one.</param>
public sealed record DataSettings(IReadOnlyList<string> Files, string Query, string Label, string? Time, int MaxCategories)
{
    /// <summary>Columns that the model must not see, but that its answers are judged by: of slices, and of groups that must be treated alike.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>What the rows must fulfil.</summary>
    public DataCheckSettings Checks { get; init; } = DataCheckSettings.Default;

    /// <summary>Enough for airports or products' groups, few enough to notice a column of identifiers.</summary>
    public const int DefaultMaxCategories = 500;
}
