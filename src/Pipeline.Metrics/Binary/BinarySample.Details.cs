using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Binary;

/// <summary>What reports draw; the size of each does not grow with the rows.</summary>
public sealed partial class BinarySample
{
    IMetricSample IMetricSample.Take(IReadOnlyCollection<int> rows) => Take(rows);

    /// <inheritdoc cref="IMetricSample.Take"/>
    public BinarySample Take(IReadOnlyCollection<int> rows)
    {
        var probabilities = new double[Rows];
        for (var block = 0; block < _probabilities.Length; block++)
        {
            for (var i = _starts[block]; i < _starts[block + 1]; i++)
            {
                probabilities[_order is null ? i : _order[i]] = _probabilities[block];
            }
        }

        return Of([.. rows.Select(row => _labels[row] != 0)], [.. rows.Select(row => probabilities[row])], Threshold);
    }

    /// <summary>Counts at the threshold.</summary>
    public ConfusionMatrix Confusion
    {
        get
        {
            var totals = TotalsOf(Draws.Once(Rows));
            return new ConfusionMatrix(totals.TruePositives, totals.FalsePositives, totals.FalseNegatives, totals.TrueNegatives);
        }
    }

    /// <summary>Ten equal-width bins of probability, those without rows left out.</summary>
    public IReadOnlyList<CalibrationBin> Calibration
    {
        get
        {
            var probabilities = new double[Rows];
            for (var block = 0; block < _probabilities.Length; block++)
            {
                probabilities.AsSpan(_starts[block].._starts[block + 1]).Fill(_probabilities[block]);
            }

            return CalibrationBin.Of(Array.ConvertAll(_positive, positive => positive != 0), probabilities);
        }
    }

    /// <summary>Thresholds from the highest probability down to the lowest, at about equal numbers of rows from each other.</summary>
    /// <param name="most">So many at most; at least 3.</param>
    public IReadOnlyList<ThresholdPoint> Curve(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 3);
        var points = new List<ThresholdPoint>();
        var positives = 0;
        for (var block = 0; block < _probabilities.Length; block++)
        {
            for (var i = _starts[block]; i < _starts[block + 1]; i++)
            {
                positives += _positive[i];
            }

            // The first, one for each step of so many rows, and the last.
            var (before, after) = (Step(_starts[block]), Step(_starts[block + 1]));
            if (block == 0 || after > before || block == _probabilities.Length - 1)
            {
                points.Add(new ThresholdPoint(_probabilities[block], positives, _starts[block + 1] - positives));
            }
        }

        return points;

        long Step(long row) => row * (most - 2) / Rows;
    }

    /// <summary>Rows by class and probability.</summary>
    /// <param name="bins">Of equal width; at least 1.</param>
    public IReadOnlyList<ScoreBin> Scores(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (positives, negatives) = (new long[bins], new long[bins]);
        for (var block = 0; block < _probabilities.Length; block++)
        {
            var bin = Math.Min((int)(_probabilities[block] * bins), bins - 1);
            for (var i = _starts[block]; i < _starts[block + 1]; i++)
            {
                positives[bin] += _positive[i];
                negatives[bin] += 1 - _positive[i];
            }
        }

        return [.. Enumerable.Range(0, bins).Select(bin => new ScoreBin((double)bin / bins, (double)(bin + 1) / bins, positives[bin], negatives[bin]))];
    }
}
