using System.Collections.Frozen;

namespace Pipeline.Drift;

/// <summary>Finds the cells of a categorical feature's values.</summary>
public sealed class CategoryCells : FeatureCells
{
    private readonly FrozenDictionary<string, int> _cells;

    /// <param name="bins">The feature's bins.</param>
    /// <param name="known">Every value that training saw, also those without a bin of their own.</param>
    public CategoryCells(CategoryBins bins, IEnumerable<string> known)
        : base(bins, bins.Other)
    {
        _cells = known.ToFrozenDictionary(category => category, bins.IndexOf, StringComparer.Ordinal);
    }

    /// <summary>The cell of a missing value.</summary>
    public int Missing => CellOf(ValueState.Missing);

    /// <summary>The cell of a value that training did not see.</summary>
    public int Unseen => CellOf(ValueState.Unseen);

    /// <param name="value">Null is missing.</param>
    public int CellOf(string? value) => value is null ? Missing : _cells.GetValueOrDefault(value, Unseen);
}
