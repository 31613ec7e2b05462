using System.Runtime.CompilerServices;

namespace Pipeline.Metrics.Binary;

/// <summary>
/// Ten bins with equal numbers of rows, from the highest probability down. Rows that tie and lie on both sides of a bin's end are shared out evenly: which of them is first must not
/// matter.
/// </summary>
internal struct EqualMassBins(long rows)
{
    private CalibrationGap _gap;
    private int _bin;
    private long _end = SizeOf(rows, 0);

    /// <summary>Over bins, the sum of |sum of probabilities - positives|.</summary>
    public readonly double Miscalibration => _gap.Sum;

    /// <summary>Adds rows that have one probability.</summary>
    /// <param name="probability">Theirs.</param>
    /// <param name="positives">Of them with a positive label.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="above">Rows before them.</param>
    /// <param name="positivesAbove">Positive ones before them.</param>
    /// <param name="sumAbove">Sum of probabilities before them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double probability, long positives, long count, long above, long positivesAbove, double sumAbove)
    {
        if (above + count >= _end)
        {
            Close(probability, (double)positives / count, above + count, above, positivesAbove, sumAbove);
        }
    }

    private void Close(double probability, double share, long reached, long above, long positivesAbove, double sumAbove)
    {
        while (reached >= _end && _bin < CalibrationBin.BinCount)
        {
            var inside = _end - above;
            _gap.Close(_end, positivesAbove + (inside * share), sumAbove + (inside * probability));
            _bin++;
            _end += SizeOf(rows, _bin);
        }
    }

    // Bins differ by one row at most; the larger ones hold the lowest probabilities, as where NumPy splits an array.
    private static long SizeOf(long rows, int bin) => (rows / CalibrationBin.BinCount) + (CalibrationBin.BinCount - 1 - bin < rows % CalibrationBin.BinCount ? 1 : 0);
}
