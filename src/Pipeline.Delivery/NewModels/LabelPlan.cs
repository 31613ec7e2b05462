namespace Pipeline.Delivery.NewModels;

/// <summary>How the label is predicted.</summary>
/// <param name="Source">Its column.</param>
/// <param name="Task">One of <c>ModelTask</c>.</param>
/// <param name="Sql">The label in SQL, as the task needs it.</param>
/// <param name="Why">How the task was told, for people.</param>
internal sealed record LabelPlan(SourceColumn Source, string Task, string Sql, string Why)
{
    /// <summary>Of two classes, what the one is called where the label is true.</summary>
    public string Positive { get; init; } = string.Empty;

    /// <summary>Of two classes, what the other is called.</summary>
    public string Negative { get; init; } = string.Empty;

    /// <summary>Of two classes, the share of the positive one.</summary>
    public double PositiveShare { get; init; }

    /// <summary>Which rows have a label that is used, in SQL; null for all.</summary>
    public string? Where { get; init; }

    /// <summary>Why rows are left out, for people.</summary>
    public string WhyWhere { get; init; } = string.Empty;

    /// <summary>What somebody should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
