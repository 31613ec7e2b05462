namespace Pipeline.Inference.Scoring;

/// <summary>One thing wrong with a request. It tells kinds and names, never a row's values, except for a number out of range.</summary>
/// <param name="Row">Index of the row, from 0; null if the fault is not in a row.</param>
/// <param name="Field">Name of the column or property; null if the fault is in none.</param>
/// <param name="Expected">What would be right.</param>
/// <param name="Got">What was sent.</param>
public readonly record struct RequestFault(int? Row, string? Field, string Expected, string Got)
{
    /// <summary>The fault in a few words, without a full stop.</summary>
    public string Describe()
    {
        var where = (Row, Field) switch
        {
            ({ } row, { } field) => $"row {row}, {field}: ",
            ({ } row, null) => $"row {row}: ",
            (null, { } field) => $"{field}: ",
            _ => string.Empty,
        };
        return $"{where}expected {Expected}, got {Got}";
    }
}
