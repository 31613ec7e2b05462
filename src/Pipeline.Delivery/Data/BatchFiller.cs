using DuckDB.NET.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Copies rows of a query's result into a batch: numeric columns first, then categorical ones. Equal texts share one string.</summary>
internal sealed class BatchFiller(FeatureBatch batch)
{
    private readonly int _numericCount = batch.Schema.Numeric.Count;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public void Fill(int row, DuckDBDataReader reader, int firstOrdinal)
    {
        for (var i = 0; i < _numericCount; i++)
        {
            var ordinal = firstOrdinal + i;
            batch.Numeric[(row * _numericCount) + i] = reader.IsDBNull(ordinal) ? float.NaN : reader.GetFloat(ordinal);
        }

        for (var i = 0; i < batch.Categories.Count; i++)
        {
            var ordinal = firstOrdinal + _numericCount + i;
            batch.Categories[i][row] = reader.IsDBNull(ordinal) ? FeatureSchema.MissingCategory : Share(reader.GetString(ordinal));
        }
    }

    private string Share(string text)
    {
        if (!_texts.TryGetValue(text, out var shared))
        {
            _texts.Add(text, shared = text);
        }

        return shared;
    }
}
