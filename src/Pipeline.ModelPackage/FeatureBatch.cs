namespace Pipeline.ModelPackage;

/// <summary>Rows of feature values, laid out as <see cref="OnnxScorer"/> takes them. Not thread-safe while being filled.</summary>
public sealed class FeatureBatch
{
    /// <param name="schema">The columns.</param>
    /// <param name="rowCount">Number of rows, 0 or more.</param>
    public FeatureBatch(FeatureSchema schema, int rowCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        Schema = schema;
        RowCount = rowCount;
        Numeric = new float[rowCount * schema.Numeric.Count];
        Categories = [.. schema.Categorical.Select(_ => new string[rowCount])];
    }

    /// <summary>Takes filled columns over, for callers that learn the number of rows at the end.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="rowCount">Number of rows that count; the arrays may be longer.</param>
    /// <param name="numeric">As <see cref="Numeric"/>.</param>
    /// <param name="categories">As <see cref="Categories"/>.</param>
    public FeatureBatch(FeatureSchema schema, int rowCount, float[] numeric, IReadOnlyList<string[]> categories)
    {
        if (numeric.Length < (long)rowCount * schema.Numeric.Count || categories.Count != schema.Categorical.Count || categories.Any(c => c.Length < rowCount))
        {
            throw new ArgumentException($"The columns hold fewer than {rowCount} rows of the schema.", nameof(rowCount));
        }

        Schema = schema;
        RowCount = rowCount;
        Numeric = numeric;
        Categories = categories;
    }

    /// <summary>Some rows in a row, copied; the batch itself if they are all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such rows.</exception>
    public FeatureBatch Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + (long)count, RowCount, nameof(count));
        var width = Schema.Numeric.Count;
        return count == RowCount
            ? this
            : new FeatureBatch(Schema, count, Numeric[(start * width)..((start + count) * width)], [.. Categories.Select(column => column[start..(start + count)])]);
    }

    public FeatureSchema Schema { get; }

    public int RowCount { get; }

    /// <summary>Row-major, at least [RowCount, number of numeric features]; NaN is missing.</summary>
    public float[] Numeric { get; }

    /// <summary>One array of at least RowCount strings per categorical feature; <see cref="FeatureSchema.MissingCategory"/> is missing, null is not allowed.</summary>
    public IReadOnlyList<string[]> Categories { get; }
}
