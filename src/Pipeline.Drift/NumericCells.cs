using System.Runtime.CompilerServices;

namespace Pipeline.Drift;

/// <summary>Finds the cells of a numeric feature's values.</summary>
public sealed class NumericCells : FeatureCells
{
    private readonly NumericBins _bins;
    private readonly float _minimum;
    private readonly float _maximum;
    private readonly bool _hasRange;

    /// <param name="bins">The feature's bins.</param>
    /// <param name="minimum">The least number in training; null if there was none.</param>
    /// <param name="maximum">The greatest; null if there was none.</param>
    public NumericCells(NumericBins bins, float? minimum, float? maximum)
        : base(bins, bins.BelowRange)
    {
        _bins = bins;
        _hasRange = minimum is not null && maximum is not null;

        // Without a range no number is within it.
        _minimum = minimum ?? float.PositiveInfinity;
        _maximum = maximum ?? float.NegativeInfinity;
    }

    /// <param name="value">Any float; NaN is missing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CellOf(float value) => value >= _minimum && value <= _maximum ? _bins.IndexOfFinite(value) : CellOf(StateOf(value));

    private ValueState StateOf(float value) => value switch
    {
        float.NaN => ValueState.Missing,
        float.PositiveInfinity or float.NegativeInfinity => ValueState.NotFinite,
        _ when !_hasRange => ValueState.Unseen,
        _ => value < _minimum ? ValueState.BelowRange : ValueState.AboveRange,
    };
}
