using MathNet.Numerics.Distributions;

namespace Pipeline.Metrics.Regression;

/// <summary>What reports draw; the size of each does not grow with the rows, and all numbers are finite.</summary>
public sealed partial class RegressionSample
{
    // Of numbers whose ends are far out, a range that shows the others.
    private const double OutermostShare = 0.005;
    private const double Margin = 0.25;

    private const int RowsPerBand = 20;

    // What subtracting may lose: errors that differ by less have no distribution.
    private const double RoundingError = 1e-12;

    /// <summary>Of the labels.</summary>
    public ValueSummary Labels => Summary(_rankedLabels);

    /// <summary>Of the predictions.</summary>
    public ValueSummary Predictions => Summary(_rankedPredictions);

    /// <summary>Rows by prediction and label. Where a few numbers lie far from all others, the range leaves them out.</summary>
    /// <param name="squares">To a side; at least 1.</param>
    public PairGrid Pairs(int squares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(squares, 1);
        var (low, high) = Range();
        var counts = Enumerable.Range(0, squares).Select(_ => new long[squares]).ToArray();
        long outside = 0;
        for (var row = 0; row < Rows; row++)
        {
            var (label, prediction) = (_labels[row], _predictions[row]);
            if (Math.Min(label, prediction) < low || Math.Max(label, prediction) > high)
            {
                outside++;
            }
            else
            {
                counts[Square(label)][Square(prediction)]++;
            }
        }

        return new PairGrid(low, high, counts, outside);

        // Of halves: a difference of two great numbers may be none.
        int Square(double value) => Math.Clamp((int)(((value / 2) - (low / 2)) / ((high / 2) - (low / 2)) * squares), 0, squares - 1);
    }

    /// <summary>Errors by prediction, in bands of about equal numbers of rows; rows that are predicted the same are in the same one. Of few rows there are few bands.</summary>
    /// <param name="most">So many at most; at least 1.</param>
    public IReadOnlyList<ErrorBand> ErrorBands(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var count = Math.Clamp(Rows / RowsPerBand, 1, most);
        var bands = new List<ErrorBand>();
        var start = 0;
        for (var row = 1; row <= Rows; row++)
        {
            var isNewValue = row == Rows || _rankedPredictions.At(row) != _rankedPredictions.At(row - 1);
            if (row == Rows || (isNewValue && (long)row * count / Rows > (long)start * count / Rows))
            {
                bands.Add(Band(start, row));
                start = row;
            }
        }

        return bands;
    }

    /// <summary>Quantiles of the errors against those of the normal distribution.</summary>
    /// <param name="most">So many at most; at least 1.</param>
    /// <returns>None if all errors are equal.</returns>
    public IReadOnlyList<QuantilePair> Normality(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var errors = Enumerable.Range(0, Rows).Select(Error).Order().ToArray();
        var mean = errors.Average();
        var deviation = Math.Sqrt(errors.Sum(error => (error - mean) * (error - mean)) / (Rows - 1));
        var scale = Math.Max(Greatest(_rankedLabels), Greatest(_rankedPredictions));
        if (!double.IsFinite(deviation) || deviation <= RoundingError * scale)
        {
            return [];
        }

        var count = Math.Min(most, Rows);
        return [.. Enumerable.Range(0, count).Select(i => (i + 0.5) / count).Select(share => new QuantilePair(Normal.InvCDF(0, 1, share), (At(errors, (share * Rows) - 0.5) - mean) / deviation))];
    }

    /// <summary>How many rows have at most which absolute error, in equal steps of their share, the last of all rows.</summary>
    /// <param name="most">So many at most; at least 1.</param>
    public IReadOnlyList<ErrorShare> AbsoluteErrors(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        long count = Math.Min(most, Rows);
        return [.. Enumerable.Range(1, (int)count).Select(step => new ErrorShare(Finite(_absoluteErrors.At((int)((((long)step * Rows) + count - 1) / count) - 1)), (double)step / count))];
    }

    private (double Low, double High) Range()
    {
        var outermost = (int)(OutermostShare * (Rows - 1));
        var (least, greatest) = (Math.Min(_rankedLabels.At(0), _rankedPredictions.At(0)), Math.Max(_rankedLabels.At(Rows - 1), _rankedPredictions.At(Rows - 1)));
        var (low, high) = (Math.Min(_rankedLabels.At(outermost), _rankedPredictions.At(outermost)), Math.Max(_rankedLabels.At(Rows - 1 - outermost), _rankedPredictions.At(Rows - 1 - outermost)));
        var margin = Finite(high - low) * Margin;
        (low, high) = high > low ? (Math.Max(least, low - margin), Math.Min(greatest, high + margin)) : (least, greatest);
        if (high > low)
        {
            return (low, high);
        }

        // All the same: something around it.
        var half = Math.Max(0.5, Math.Abs(low) / 2);
        return (Finite(low - half), Finite(high + half));
    }

    private ErrorBand Band(int start, int end)
    {
        var errors = Enumerable.Range(start, end - start).Select(rank => Error(_rankedPredictions.RowAt(rank))).Order().ToArray();
        double Percentile(double share) => At(errors, share * (errors.Length - 1));
        return new ErrorBand(_rankedPredictions.At(start), _rankedPredictions.At(end - 1), errors.Length, Percentile(0.05), Percentile(0.25), Percentile(0.5), Percentile(0.75), Percentile(0.95));
    }

    private double Error(int row) => Finite(_predictions[row] - _labels[row]);

    private ValueSummary Summary(RankedColumn column) => new(column.At(0), double.Lerp(column.At((Rows - 1) / 2), column.At(Rows / 2), 0.5), column.At(Rows - 1));

    private double Greatest(RankedColumn column) => Math.Max(Math.Abs(column.At(0)), Math.Abs(column.At(Rows - 1)));

    private static double At(double[] sorted, double position)
    {
        var within = Math.Clamp(position, 0, sorted.Length - 1);
        var below = (int)within;
        return below == within ? sorted[below] : double.Lerp(sorted[below], sorted[below + 1], within - below);
    }

    private static double Finite(double value) => Math.Clamp(value, double.MinValue, double.MaxValue);
}
