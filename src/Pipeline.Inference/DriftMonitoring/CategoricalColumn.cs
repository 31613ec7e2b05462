using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>A categorical feature's place in rows and in the counts.</summary>
internal sealed class CategoricalColumn
{
    // From the least code, that of a missing value, upwards.
    private const long FirstCode = CategoryCode.Missing;

    private readonly int[] _cellOfCode;
    private readonly int _slot;

    /// <param name="feature">The feature, with its categories.</param>
    /// <param name="slot">Its place among the categorical features.</param>
    /// <param name="cells">Finds a category's cell.</param>
    /// <param name="offset">Index of its first cell.</param>
    public CategoricalColumn(Feature feature, int slot, CategoryCells cells, int offset)
    {
        var categories = feature.Categories ?? [];
        _slot = slot;
        _cellOfCode = new int[categories.Count - FirstCode];
        _cellOfCode[CategoryCode.Missing - FirstCode] = offset + cells.Missing;
        _cellOfCode[CategoryCode.Unseen - FirstCode] = offset + cells.Unseen;
        for (var code = 0; code < categories.Count; code++)
        {
            _cellOfCode[code - FirstCode] = offset + cells.CellOf(categories[code]);
        }
    }

    /// <param name="counts">All cells of a stripe.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="start">The first row to count.</param>
    /// <param name="count">How many.</param>
    public void Count(Span<long> counts, CodedRows rows, int start, int count)
    {
        foreach (var code in rows.Codes[_slot].AsSpan(start, count))
        {
            counts[_cellOfCode[code - FirstCode]]++;
        }
    }
}
