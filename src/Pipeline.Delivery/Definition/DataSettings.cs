namespace Pipeline.Delivery.Definition;

/// <summary>Where rows come from.</summary>
/// <param name="Files">Paths or globs relative to the model's folder: CSV, Parquet or JSON; seen by the query as the table <c>source</c>.</param>
/// <param name="Query">DuckDB SQL that gives one row per example. Every column of its result but label, time and attributes is a feature: strings and booleans categorical, numbers numeric.</param>
/// <param name="Label">The boolean column to predict.</param>
/// <param name="Time">The date or timestamp column that splits the rows; not a feature.</param>
/// <param name="MaxCategories">A categorical column may have at most this many values in the training rows.</param>
public sealed record DataSettings(IReadOnlyList<string> Files, string Query, string Label, string Time, int MaxCategories)
{
    /// <summary>Columns that the model must not see, but that its answers are judged by: of slices, and of groups that must be treated alike.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Enough for airports or products' groups, few enough to notice a column of identifiers.</summary>
    public const int DefaultMaxCategories = 500;
}
