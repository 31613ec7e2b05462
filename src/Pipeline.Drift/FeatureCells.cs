namespace Pipeline.Drift;

/// <summary>
/// The cells that a feature's values are counted in, one increment a value: one a bin for the values whose state is <see cref="ValueState.Ok"/>, then one for each other state.
/// The one way of counting, for the reference as for the service, so that the two can be compared. Immutable and thread-safe.
/// </summary>
public abstract class FeatureCells
{
    private static readonly int OtherStates = Enum.GetValues<ValueState>().Length - 1;

    private readonly FeatureBins _bins;
    private readonly int _belowBin;

    private protected FeatureCells(FeatureBins bins, int belowBin)
    {
        _bins = bins;
        _belowBin = belowBin;
        Count = bins.Count + OtherStates;
    }

    /// <summary>Number of cells.</summary>
    public int Count { get; }

    /// <summary>Sums the cells up: values that are out of range or unseen count in a bin as well.</summary>
    /// <param name="cells">One count per cell.</param>
    public FeatureCounts ToCounts(ReadOnlySpan<long> cells)
    {
        var bins = cells[.._bins.Count].ToArray();
        bins[_belowBin] += cells[CellOf(ValueState.BelowRange)];
        bins[^1] += cells[CellOf(ValueState.AboveRange)] + cells[CellOf(ValueState.Unseen)];
        return new FeatureCounts(
            bins,
            cells[CellOf(ValueState.Missing)],
            cells[CellOf(ValueState.NotFinite)],
            cells[CellOf(ValueState.BelowRange)],
            cells[CellOf(ValueState.AboveRange)],
            cells[CellOf(ValueState.Unseen)]);
    }

    /// <param name="state">Any but <see cref="ValueState.Ok"/>, which has a cell per bin.</param>
    private protected int CellOf(ValueState state) => _bins.Count + (int)state - 1;
}
