namespace Pipeline.Delivery.Definition;

/// <summary>Part of the test rows that is judged on its own. Exactly one of column and condition is set.</summary>
/// <param name="Name">The column's, or one for the condition.</param>
/// <param name="Column">Each of its values is a slice; of a number each fourth of the rows.</param>
/// <param name="Where">A condition in DuckDB SQL over the dataset's columns; the rows that fulfil it are the slice.</param>
public sealed record SliceSettings(string Name, string? Column, string? Where);
