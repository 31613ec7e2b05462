namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>A column of a Parquet file, or what holds columns: an element of the schema in the footer. Numbers are those of Parquet's format.</summary>
/// <param name="Name">Its name.</param>
internal sealed record SchemaElement(string Name)
{
    public const int Required = 0;
    public const int Optional = 1;
    public const int Repeated = 2;

    /// <summary>Null of what holds others.</summary>
    public int? PhysicalType { get; init; }

    /// <summary>Whether values may be missing or come several times; null of the root.</summary>
    public int? Repetition { get; init; }

    /// <summary>Elements that follow and are in this one; null of a column.</summary>
    public int? ChildCount { get; init; }

    /// <summary>What the type stands for, if it isn't itself.</summary>
    public int? ConvertedType { get; init; }
}
