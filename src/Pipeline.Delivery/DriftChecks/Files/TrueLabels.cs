using DuckDB.NET.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Reads what rows turned out to be, in the form of the model's task.</summary>
/// <param name="outputs">What the model answers.</param>
/// <param name="columns">Where the label is found.</param>
/// <param name="ordinal">Its place among the columns that are read.</param>
internal sealed class TrueLabels(ModelOutputs outputs, RowColumns columns, int ordinal)
{
    private readonly Dictionary<string, int> _classes = outputs.Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);

    /// <summary>Labels that are none of the model's.</summary>
    public long Odd { get; private set; }

    /// <summary>Counts a row's label.</summary>
    /// <returns>Of classes an index into the model's labels; null if the row has none, and of numbers.</returns>
    public int? Count(DuckDBDataReader row, WindowTally window)
    {
        if (columns.Label is null || row.IsDBNull(ordinal))
        {
            return null;
        }

        if (outputs is RegressionOutputs)
        {
            CountNumber(row.GetFloat(ordinal), window);
            return null;
        }

        var label = outputs is BinaryOutputs binary ? OfTwo(binary, row) : _classes.TryGetValue(row.GetString(ordinal), out var index) ? index : (int?)null;
        if (label is { } known)
        {
            window.CountLabel(known);
        }
        else
        {
            Odd++;
        }

        return label;
    }

    private void CountNumber(float number, WindowTally window)
    {
        if (float.IsFinite(number))
        {
            window.CountLabel(number);
        }
        else
        {
            Odd++;
        }
    }

    private int? OfTwo(BinaryOutputs binary, DuckDBDataReader row)
    {
        var isPositive = columns.IsLabelText ? IsPositive(binary, row.GetString(ordinal)) : IsPositive(row.GetFieldValue<sbyte>(ordinal));
        return isPositive is { } known ? (known ? 0 : 1) : null;
    }

    private static bool? IsPositive(sbyte number) => number switch
    {
        0 => false,
        1 => true,
        _ => null,
    };

    private static bool? IsPositive(BinaryOutputs outputs, string text) =>
        text == outputs.PositiveLabel || (text is "1" or "true" && text != outputs.NegativeLabel) ? true
        : text == outputs.NegativeLabel || text is "0" or "false" ? false
        : null;
}
