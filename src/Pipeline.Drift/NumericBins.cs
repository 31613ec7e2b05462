using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>Bins of a numeric feature: <see cref="QuantileBins"/> or, where training saw few values, <see cref="ValueBins"/>.</summary>
public abstract class NumericBins : FeatureBins
{
    /// <summary>Up to this many distinct values in training a column is discrete: one bin a value.</summary>
    public const int MaxDiscreteValues = 20;

    // The bounds in fours, at least one +∞ behind them: a finite number is above none of the padding.
    private readonly Vector128<float>[] _bounds;
    private readonly float[] _values;
    private readonly int _other;

    /// <param name="bounds">In ascending order; bin i holds what is greater than i of them.</param>
    /// <param name="isDiscrete">Whether bin i holds only what equals bound i, and the last bin all else.</param>
    private protected NumericBins(ReadOnlySpan<float> bounds, bool isDiscrete)
    {
        var padded = new float[(bounds.Length / Vector128<float>.Count * Vector128<float>.Count) + Vector128<float>.Count];
        padded.AsSpan().Fill(float.PositiveInfinity);
        bounds.CopyTo(padded);
        _bounds = new Vector128<float>[padded.Length / Vector128<float>.Count];
        for (var i = 0; i < _bounds.Length; i++)
        {
            _bounds[i] = Vector128.Create(padded, i * Vector128<float>.Count);
        }

        _values = isDiscrete ? padded : [];
        _other = bounds.Length;
        Count = bounds.Length + 1;
    }

    [JsonIgnore]
    public sealed override int Count { get; }

    /// <summary>The bin of a number less than all in training.</summary>
    [JsonIgnore]
    public abstract int BelowRange { get; }

    /// <summary>The bin of a number greater than all in training.</summary>
    [JsonIgnore]
    public int AboveRange => Count - 1;

    /// <summary>Bins for a column: one a value if there are at most <see cref="MaxDiscreteValues"/>, else between the deciles.</summary>
    /// <param name="training">The column in the training rows; what is not finite is passed over.</param>
    public static NumericBins Of(ReadOnlySpan<float> training)
    {
        var sorted = Finite(training);
        var values = new List<float>();
        foreach (var value in sorted)
        {
            if (values.Count == 0 || value != values[^1])
            {
                values.Add(value);
                if (values.Count > MaxDiscreteValues)
                {
                    return QuantileBins.OfSorted(Array.ConvertAll(sorted, v => (double)v));
                }
            }
        }

        return new ValueBins(values);
    }

    /// <summary>The number's bin, <see cref="FeatureBins.None"/> for NaN and the infinities. A few nanoseconds, whatever the number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(float value) => float.IsFinite(value) ? IndexOfFinite(value) : None;

    /// <summary><see cref="IndexOf(float)"/> for callers that know the number to be finite.</summary>
    /// <remarks>Counts the bounds below the number: no branch to mispredict, as a search would have at every step.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int IndexOfFinite(float value)
    {
        var number = Vector128.Create(value);
        var above = Vector128<int>.Zero;
        foreach (var four in _bounds)
        {
            // A lane that is true is -1.
            above -= Vector128.GreaterThan(number, four).AsInt32();
        }

        var index = Vector128.Sum(above);
        return _values.Length == 0 || _values[index] == value ? index : _other;
    }

    // Adding zero turns -0 into +0, which is equal, so that one text stands for both.
    private static float[] Finite(ReadOnlySpan<float> values)
    {
        var finite = new float[values.Length];
        var count = 0;
        foreach (var value in values)
        {
            if (float.IsFinite(value))
            {
                finite[count++] = value + 0f;
            }
        }

        Array.Resize(ref finite, count);
        Array.Sort(finite);
        return finite;
    }
}
