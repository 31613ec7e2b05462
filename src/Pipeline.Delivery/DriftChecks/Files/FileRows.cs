namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Files of rows: feature columns with anything beside them, raw rows for model.yaml's query, or the service's own prediction log.</summary>
/// <param name="Directory">Absolute; what relative patterns are relative to.</param>
/// <param name="Patterns">Paths or globs of CSV, JSON or Parquet files, at least one.</param>
public sealed record FileRows(string Directory, IReadOnlyList<string> Patterns)
{
    /// <summary>Column with a row's time; null: that of a prediction log, or of model.yaml if there is a column of its name.</summary>
    public string? Time { get; init; }

    /// <summary>Column that tells what a row turned out to be: boolean, 0 and 1, or the names of the labels, or a number if the model answers one; null: that of model.yaml if there is a column of its name.</summary>
    public string? Label { get; init; }

    /// <summary>Column with what the model answered: the probability, a list of the classes' probabilities, or the number; null: that of a prediction log, else rows are scored.</summary>
    public string? Answer { get; init; }
}
