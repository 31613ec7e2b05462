using Pipeline.ModelPackage;

namespace Pipeline.ScoringBenchmarks;

/// <summary>The scorer as the service uses it: rows whose categories are codes already, in requests of some rows.</summary>
internal sealed class CodedScoring
{
    private readonly OnnxScorer _scorer;
    private readonly List<CodedRows> _batches = [];
    private readonly float[] _answers;
    private readonly int _rowsOfABatch;

    public CodedScoring(OnnxScorer scorer, FeatureBatch rows, int rowsOfABatch)
    {
        (_scorer, _rowsOfABatch) = (scorer, rowsOfABatch);
        _answers = new float[rows.RowCount * scorer.Width];
        CategoryTable[] tables = [.. scorer.Schema.Categorical.Select(feature => new CategoryTable(feature))];
        for (var start = 0; start < rows.RowCount; start += rowsOfABatch)
        {
            _batches.Add(Coded(rows, start, Math.Min(rowsOfABatch, rows.RowCount - start), tables));
        }
    }

    public float[] Score()
    {
        var start = 0;
        foreach (var batch in _batches)
        {
            _scorer.Score(batch, _answers.AsMemory(start, batch.Count * _scorer.Width));
            start += _rowsOfABatch * _scorer.Width;
        }

        return _answers;
    }

    private CodedRows Coded(FeatureBatch rows, int start, int count, CategoryTable[] tables)
    {
        var coded = new CodedRows(_scorer.Schema);
        coded.AddRows(count);
        var numeric = rows.Schema.Numeric.Count;
        rows.Numeric.AsSpan(start * numeric, count * numeric).CopyTo(coded.Numeric);
        for (var slot = 0; slot < tables.Length; slot++)
        {
            for (var row = 0; row < count; row++)
            {
                coded.SetCode(row, slot, tables[slot].CodeOf(rows.Categories[slot][start + row]));
            }
        }

        return coded;
    }
}
