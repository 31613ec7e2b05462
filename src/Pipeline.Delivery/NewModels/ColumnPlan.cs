namespace Pipeline.Delivery.NewModels;

/// <summary>What becomes of a column of the data.</summary>
/// <param name="Source">The column.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Columns">What the query has of it; empty if it is left out.</param>
/// <param name="Why">For people; empty if it goes without saying.</param>
internal sealed record ColumnPlan(SourceColumn Source, ColumnUse Use, IReadOnlyList<QueryColumn> Columns, string Why);
