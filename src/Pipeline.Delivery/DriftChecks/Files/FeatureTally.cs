using DuckDB.NET.Data;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>
/// Finds the cells of a row's values, through the same classes by which the service counts: the reference's <see cref="FeatureCells"/>, and for categories the codes of
/// <see cref="CategoryTable"/>. The values of the last row that was read can be taken from here.
/// </summary>
internal sealed class FeatureTally
{
    // From the least code, that of a missing value, upwards.
    private const long FirstCode = CategoryCode.Missing;

    private readonly NumericCells[] _numeric;
    private readonly int[] _numericOffsets;
    private readonly CategoryTable[] _tables;
    private readonly int[][] _cellOfCode;
    private readonly List<(string Name, FeatureCells Cells, int Offset)> _features = [];

    public FeatureTally(ReferenceProfile reference, FeatureSchema schema)
    {
        var numeric = new List<NumericCells>();
        var numericOffsets = new List<int>();
        var cellOfCode = new List<int[]>();
        foreach (var (feature, profile) in schema.Features.Zip(reference.Features))
        {
            FeatureCells cells;
            if (profile.Bins is NumericBins numbers)
            {
                var found = new NumericCells(numbers, profile.Minimum, profile.Maximum);
                numeric.Add(found);
                numericOffsets.Add(CellCount);
                cells = found;
            }
            else
            {
                var found = new CategoryCells((CategoryBins)profile.Bins, feature.Categories ?? []);
                cellOfCode.Add(CellsOfCodes(feature, found, CellCount));
                cells = found;
            }

            _features.Add((feature.Name, cells, CellCount));
            CellCount += cells.Count;
        }

        (_numeric, _numericOffsets, _cellOfCode) = ([.. numeric], [.. numericOffsets], [.. cellOfCode]);
        _tables = [.. schema.Categorical.Select(feature => new CategoryTable(feature))];
        (Numbers, Codes) = (new float[_numeric.Length], new long[_tables.Length]);
    }

    /// <summary>Cells of all features together.</summary>
    public int CellCount { get; }

    /// <summary>The last row's numbers, in the schema's order.</summary>
    public float[] Numbers { get; }

    /// <summary>The last row's categories, as codes.</summary>
    public long[] Codes { get; }

    /// <summary>Reads a row's numbers and then its texts, and counts them.</summary>
    public void Count(long[] cells, DuckDBDataReader row, int firstOrdinal)
    {
        for (var i = 0; i < _numeric.Length; i++)
        {
            var number = row.GetFloat(firstOrdinal + i);
            Numbers[i] = number;
            cells[_numericOffsets[i] + _numeric[i].CellOf(number)]++;
        }

        firstOrdinal += _numeric.Length;
        for (var i = 0; i < _tables.Length; i++)
        {
            var code = row.IsDBNull(firstOrdinal + i) ? CategoryCode.Missing : _tables[i].CodeOf(row.GetString(firstOrdinal + i));
            Codes[i] = code;
            cells[_cellOfCode[i][code - FirstCode]]++;
        }
    }

    /// <summary>Sums the cells up, by the feature's name.</summary>
    public IReadOnlyDictionary<string, FeatureCounts> ToCounts(long[] cells) =>
        _features.ToDictionary(feature => feature.Name, feature => feature.Cells.ToCounts(cells.AsSpan(feature.Offset, feature.Cells.Count)), StringComparer.Ordinal);

    private static int[] CellsOfCodes(Feature feature, CategoryCells cells, int offset)
    {
        var categories = feature.Categories ?? [];
        var cellOfCode = new int[categories.Count - FirstCode];
        cellOfCode[CategoryCode.Missing - FirstCode] = offset + cells.Missing;
        cellOfCode[CategoryCode.Unseen - FirstCode] = offset + cells.Unseen;
        for (var code = 0; code < categories.Count; code++)
        {
            cellOfCode[code - FirstCode] = offset + cells.CellOf(categories[code]);
        }

        return cellOfCode;
    }
}
