using Microsoft.ML.Data;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>Encoded rows as a matrix X whose columns are centred in what is computed with it, not in memory: what is 0 in a row stays away.</summary>
internal sealed class CentredRows
{
    // The rows' values that are not 0 and their slots, one row after another; where each row ends.
    private readonly float[] _values;
    private readonly int[] _slots;
    private readonly int[] _ends;

    public CentredRows(FeatureEncoding encoding, FeatureBatch rows)
    {
        var (values, slots) = (new List<float>(), new List<int>());
        var encoded = new EncodedRows(encoding, rows, labels: null);
        var vector = default(VBuffer<float>);
        _ends = new int[rows.RowCount];
        Means = new double[encoding.Width];
        for (var row = 0; row < rows.RowCount; row++)
        {
            encoded.FeaturesAt(row, ref vector);
            foreach (var (slot, value) in vector.Items())
            {
                if (value != 0)
                {
                    values.Add(value);
                    slots.Add(slot);
                    Means[slot] += value;
                }
            }

            _ends[row] = values.Count;
        }

        (_values, _slots) = ([.. values], [.. slots]);
        for (var slot = 0; slot < Means.Length; slot++)
        {
            Means[slot] /= rows.RowCount;
        }
    }

    public int Count => _ends.Length;

    public int Width => Means.Length;

    /// <summary>Of each column.</summary>
    public double[] Means { get; }

    /// <summary>X · weights: a number a row, which add up to 0.</summary>
    public double[] Predict(double[] weights)
    {
        var centre = 0d;
        for (var slot = 0; slot < weights.Length; slot++)
        {
            centre += Means[slot] * weights[slot];
        }

        var products = new double[Count];
        for (var (row, at) = (0, 0); row < Count; row++)
        {
            var sum = -centre;
            for (; at < _ends[row]; at++)
            {
                sum += _values[at] * weights[_slots[at]];
            }

            products[row] = sum;
        }

        return products;
    }

    /// <summary>Xᵀ · numbers.</summary>
    /// <param name="numbers">One a row; they add up to 0, so that it does not matter whether the columns are centred.</param>
    public double[] Correlate(double[] numbers)
    {
        var sums = new double[Width];
        for (var (row, at) = (0, 0); row < Count; row++)
        {
            for (; at < _ends[row]; at++)
            {
                sums[_slots[at]] += _values[at] * numbers[row];
            }
        }

        return sums;
    }
}
