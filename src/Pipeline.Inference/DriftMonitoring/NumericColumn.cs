using Pipeline.Drift;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>A numeric feature's place in rows and in the counts.</summary>
/// <param name="Slot">Its place among the numeric features.</param>
/// <param name="Cells">Finds a value's cell.</param>
/// <param name="Offset">Index of its first cell.</param>
internal sealed record NumericColumn(int Slot, NumericCells Cells, int Offset)
{
    /// <param name="counts">All cells of a stripe.</param>
    /// <param name="rows">Row-major.</param>
    /// <param name="stride">Numbers a row.</param>
    public void Count(Span<long> counts, ReadOnlySpan<float> rows, int stride)
    {
        var finder = Cells;
        var cells = counts.Slice(Offset, finder.Count);
        for (var i = Slot; i < rows.Length; i += stride)
        {
            cells[finder.CellOf(rows[i])]++;
        }
    }
}
