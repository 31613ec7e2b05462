using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>Columns that grow row by row while a request is read. Not thread-safe.</summary>
internal sealed class RowBuffer
{
    private readonly FeatureSchema _schema;
    private readonly int _numericCount;
    private readonly string[][] _categories;
    private float[] _numeric;
    private int _capacity = 1;

    public RowBuffer(FeatureSchema schema)
    {
        _schema = schema;
        _numericCount = schema.Numeric.Count;
        _numeric = new float[_numericCount];
        _categories = new string[schema.Categorical.Count][];
        for (var slot = 0; slot < _categories.Length; slot++)
        {
            _categories[slot] = new string[1];
        }
    }

    public int Count { get; private set; }

    /// <summary>Adds a row whose values are all still to be set.</summary>
    public void AddRow()
    {
        if (Count == _capacity)
        {
            _capacity = Math.Max(16, _capacity * 2);
            Array.Resize(ref _numeric, _capacity * _numericCount);
            for (var slot = 0; slot < _categories.Length; slot++)
            {
                Array.Resize(ref _categories[slot], _capacity);
            }
        }

        Count++;
    }

    /// <summary>Sets a value of the last row.</summary>
    public void SetNumber(int slot, float value) => _numeric[((Count - 1) * _numericCount) + slot] = value;

    /// <inheritdoc cref="SetNumber"/>
    public void SetCategory(int slot, string value) => _categories[slot][Count - 1] = value;

    /// <summary>Sets a value of the last row to missing.</summary>
    public void SetMissing(Column column)
    {
        if (column.Kind == FeatureKind.Numeric)
        {
            SetNumber(column.Slot, float.NaN);
        }
        else
        {
            SetCategory(column.Slot, FeatureSchema.MissingCategory);
        }
    }

    public FeatureBatch ToBatch() => new(_schema, Count, _numeric, _categories);
}
