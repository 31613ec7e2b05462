namespace Pipeline.ModelPackage;

/// <summary>
/// How rows become the vectors that the main part of a model's graph takes: what the operators in front of it do, read off the graph by <see cref="EncodingReader"/> and
/// done here in the same precision, so that the vectors are the same to the bit. Those operators' fixed cost, and one-hot vectors written twice, are more than a row
/// of a small model. Immutable and thread-safe.
/// </summary>
/// <param name="Width">Length of a vector.</param>
/// <param name="Numbers">The columns that hold numbers.</param>
/// <param name="Indicators">The columns that are 1 where a number is missing.</param>
/// <param name="CategoryColumns">For each categorical feature the column that a code sets to 1, or -1; the code plus <see cref="CodeOffset"/> is the index.</param>
internal sealed record FeatureVectors(int Width, IReadOnlyList<FeatureVectors.Number> Numbers, IReadOnlyList<FeatureVectors.Indicator> Indicators, IReadOnlyList<int[]> CategoryColumns)
{
    /// <summary>Makes the least code, <see cref="CategoryCode.Missing"/>, an index.</summary>
    public const int CodeOffset = (int)-CategoryCode.Missing;

    private readonly Number[] _numbers = [.. Numbers];
    private readonly Indicator[] _indicators = [.. Indicators];
    private readonly int[][] _categoryColumns = [.. CategoryColumns];

    /// <summary>Writes the vectors of some rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="vectors">[count, Width], row-major, zero in the columns of categories; <see cref="Clear"/> makes it so again.</param>
    public void Fill(CodedRows rows, int start, int count, Span<double> vectors)
    {
        var stride = rows.Schema.Numeric.Count;
        var values = rows.Numeric.AsSpan(start * stride, count * stride);
        for (var row = 0; row < count; row++)
        {
            var vector = vectors.Slice(row * Width, Width);
            var numbers = values.Slice(row * stride, stride);
            foreach (var number in _numbers)
            {
                vector[number.Column] = number.Encode(numbers[number.Slot]);
            }

            foreach (var indicator in _indicators)
            {
                vector[indicator.Column] = float.IsNaN(numbers[indicator.Slot]) ? 1 : 0;
            }
        }

        SetCategories(rows, start, count, vectors, 1);
    }

    /// <summary>Takes out again what <see cref="Fill"/> has set for the same rows. All else is zero: clearing everything would write a hundred times as much.</summary>
    public void Clear(CodedRows rows, int start, int count, Span<double> vectors) => SetCategories(rows, start, count, vectors, 0);

    private void SetCategories(CodedRows rows, int start, int count, Span<double> vectors, double value)
    {
        for (var slot = 0; slot < _categoryColumns.Length; slot++)
        {
            var columns = _categoryColumns[slot];
            var codes = rows.Codes[slot].AsSpan(start, count);
            for (var row = 0; row < codes.Length; row++)
            {
                var column = columns[codes[row] + CodeOffset];
                if (column >= 0)
                {
                    vectors[(row * Width) + column] = value;
                }
            }
        }
    }

    /// <param name="Slot">Index among the numeric features.</param>
    /// <param name="Column">Where it goes.</param>
    /// <param name="Fill">What stands in for a missing value.</param>
    /// <param name="Scale">How the value is standardised; null if it isn't.</param>
    internal sealed record Number(int Slot, int Column, float Fill, Standardization? Scale)
    {
        public double Encode(float value)
        {
            var filled = float.IsNaN(value) ? Fill : value;
            return Scale is { } scale ? (float)Math.Min(scale.Highest, Math.Max(scale.Lowest, (filled - scale.Mean) / scale.Deviation)) : filled;
        }
    }

    /// <summary>(value − mean) / deviation, kept between two limits.</summary>
    internal sealed record Standardization(double Mean, double Deviation, double Lowest, double Highest);

    /// <param name="Slot">Index among the numeric features.</param>
    /// <param name="Column">Where it goes.</param>
    internal sealed record Indicator(int Slot, int Column);
}
