namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Where the parts of a row are found, as SQL.</summary>
/// <param name="Relation">What comes after FROM.</param>
/// <param name="Numbers">The numeric features in the schema's order: floats, NaN if missing.</param>
/// <param name="Texts">The categorical features in the schema's order: texts, null if missing.</param>
internal sealed record RowColumns(string Relation, IReadOnlyList<string> Numbers, IReadOnlyList<string> Texts)
{
    /// <summary>Microseconds since 1970, null if missing; null as a whole if rows have no time.</summary>
    public string? Time { get; init; }

    /// <summary>Of two classes 0, 1 or something else, or a text (<see cref="IsLabelText"/>); of several a text, of a number a float. Null if missing; null as a whole if no row has a label.</summary>
    public string? Label { get; init; }

    /// <summary>Whether a label of two classes is a text.</summary>
    public bool IsLabelText { get; init; }

    /// <summary>The score of what was answered: a float, null if missing; null as a whole if rows have to be scored.</summary>
    public string? Score { get; init; }

    /// <summary>Of several classes, the label that was answered, as an index; null as a whole if it follows from the score.</summary>
    public string? Answer { get; init; }

    /// <summary>Whether the model in question answered the row; null as a whole if all rows count.</summary>
    public string? IsOfModel { get; init; }

    /// <summary>Sentences for a reader.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
