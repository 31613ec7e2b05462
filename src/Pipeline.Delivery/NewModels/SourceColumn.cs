namespace Pipeline.Delivery.NewModels;

/// <summary>What is known of a column of the data files.</summary>
/// <param name="Name">As the files have it.</param>
/// <param name="DuckDbType">As DuckDB reads it.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Value">The value in SQL, of its kind's type; null if missing.</param>
internal sealed record SourceColumn(string Name, string DuckDbType, ColumnKind Kind, string Value)
{
    /// <summary>Number of rows.</summary>
    public long Rows { get; init; }

    /// <summary>Rows with a value.</summary>
    public long Present { get; init; }

    /// <summary>Different values.</summary>
    public long Distinct { get; init; }

    /// <summary>What <see cref="Value"/> makes of what is stored, for people; empty if nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Of numbers.</summary>
    public double Min { get; init; }

    /// <inheritdoc cref="Min"/>
    public double Max { get; init; }

    /// <summary>True if all numbers are whole.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Of texts, letters on average.</summary>
    public double MeanLength { get; init; }

    /// <summary>Of times.</summary>
    public TimeFacts? Times { get; init; }

    public long Missing => Rows - Present;

    /// <summary>True if the value is stored as it is.</summary>
    public bool IsPlain => Notes.Count == 0;
}
