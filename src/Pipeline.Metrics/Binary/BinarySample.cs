using System.Buffers;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Binary;

/// <summary>Labels and probabilities of some rows, sorted once; thread-safe.</summary>
public sealed partial class BinarySample : IMetricSample
{
    // In the rows' order.
    private readonly byte[] _labels;

    // Rows by falling probability; null if they lie so.
    private readonly int[]? _order;

    // From here on, in that order: labels; where rows of a further probability begin, those probabilities, and the losses that come of them.
    private readonly byte[] _positive;
    private readonly int[] _starts;
    private readonly double[] _probabilities;
    private readonly double[] _logs;
    private readonly double[] _logsOfRest;

    // Ends of runs of probabilities that lie in one bin and on one side of the threshold, whether a bin ends there, and how many of them are predicted positive.
    private readonly int[] _segments;
    private readonly bool[] _closesBin;
    private readonly int _predictedSegments;

    private BinarySample(byte[] labels, int[] order, double[] sorted, double threshold)
    {
        var starts = new List<int> { 0 };
        starts.AddRange(Enumerable.Range(1, sorted.Length - 1).Where(i => sorted[i] != sorted[i - 1]));
        Threshold = threshold;
        _labels = labels;
        _order = order;
        _positive = [.. order.Select(row => labels[row])];
        _starts = [.. starts, order.Length];
        _probabilities = [.. starts.Select(start => sorted[start])];
        _logs = Array.ConvertAll(_probabilities, p => -Math.Log(Math.Clamp(p, LogLoss.ProbabilityClip, 1 - LogLoss.ProbabilityClip)));
        _logsOfRest = Array.ConvertAll(_probabilities, p => -Math.Log(1 - Math.Clamp(p, LogLoss.ProbabilityClip, 1 - LogLoss.ProbabilityClip)));
        bool EndsBin(int block) => block == _probabilities.Length - 1 || CalibrationBin.IndexOf(_probabilities[block]) != CalibrationBin.IndexOf(_probabilities[block + 1]);
        bool EndsSegment(int block) => EndsBin(block) || (_probabilities[block] >= threshold && _probabilities[block + 1] < threshold);
        int[] ends = [.. Enumerable.Range(0, _probabilities.Length).Where(EndsSegment)];
        _segments = [.. ends.Select(block => block + 1)];
        _closesBin = [.. ends.Select(EndsBin)];
        _predictedSegments = ends.Count(block => _probabilities[block] >= threshold);
    }

    private BinarySample(BinarySample sample)
    {
        Threshold = sample.Threshold;
        (_labels, _order, _positive, _starts) = (sample._positive, null, sample._positive, sample._starts);
        (_probabilities, _logs, _logsOfRest) = (sample._probabilities, sample._logs, sample._logsOfRest);
        (_segments, _closesBin, _predictedSegments) = (sample._segments, sample._closesBin, sample._predictedSegments);
    }

    public int Rows => _labels.Length;

    public IReadOnlyList<MetricDefinition> Metrics => BinaryMetrics.All;

    public IMetricSample Reordered => new BinarySample(this);

    /// <summary>A row is predicted positive iff its probability is at least this.</summary>
    public double Threshold { get; }

    /// <summary>Rows whose label is the positive class.</summary>
    public int Positives => _positive.Count(positive => positive != 0);

    /// <param name="labels">True for the positive class; one per row, at least one.</param>
    /// <param name="probabilities">Probability of the positive class, 0 to 1; one per row.</param>
    /// <param name="threshold">A row is predicted positive iff its probability is at least this.</param>
    /// <exception cref="ArgumentException">There is no row, the lengths differ, or a probability is NaN or outside 0 to 1.</exception>
    public static BinarySample Of(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities, double threshold)
    {
        Check(labels, probabilities);
        var bytes = new byte[labels.Length];
        var order = new int[labels.Length];
        var falling = new double[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            bytes[i] = labels[i] ? (byte)1 : (byte)0;
            order[i] = i;
            falling[i] = -probabilities[i];
        }

        Array.Sort(falling, order);
        return new BinarySample(bytes, order, Array.ConvertAll(falling, p => -p), threshold);
    }

    public void Compute(ReadOnlySpan<byte> draws, Span<double> values)
    {
        var totals = TotalsOf(draws);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryMetrics.Formulas[i].Of(totals);
        }
    }

    public ConfidenceInterval? ClosedInterval(int metric)
    {
        var formula = BinaryMetrics.Formulas[metric];
        if (formula.Name == BinaryMetricNames.RocAuc)
        {
            return DeLong.Interval(this);
        }

        return formula.WilsonInterval(TotalsOf(Draws.Once(Rows)));
    }

    /// <summary>
    /// For each row its placement: how often its probability lies on the right side of those of the other class's rows, ties counted half. Their mean over either class is the area under
    /// the ROC curve.
    /// </summary>
    /// <returns>In the rows' order; NaN if there is no row of the other class.</returns>
    internal double[] Placements()
    {
        var (positives, negatives) = ((double)Positives, (double)(Rows - Positives));
        var placements = new double[Rows];
        var (positivesAbove, negativesAbove) = (0, 0);
        for (var block = 0; block < _probabilities.Length; block++)
        {
            var (start, end) = (_starts[block], _starts[block + 1]);
            var tied = 0;
            for (var i = start; i < end; i++)
            {
                tied += _positive[i];
            }

            var (ofPositives, ofNegatives) = ((negatives - negativesAbove - ((end - start - tied) / 2.0)) / negatives, (positivesAbove + (tied / 2.0)) / positives);
            for (var i = start; i < end; i++)
            {
                placements[_order is null ? i : _order[i]] = _positive[i] != 0 ? ofPositives : ofNegatives;
            }

            positivesAbove += tied;
            negativesAbove += end - start - tied;
        }

        return placements;
    }

    /// <summary>McNemar's test of this model's decisions against another's on the same rows, each at its own threshold.</summary>
    /// <exception cref="ArgumentException">The other has another number of rows.</exception>
    public McNemar CompareDecisions(BinarySample other) => McNemar.Of<bool>(Array.ConvertAll(_labels, label => label != 0), Decisions(), other.Decisions());

    internal bool IsPositive(int row) => _labels[row] != 0;

    private bool[] Decisions()
    {
        var decisions = new bool[Rows];
        var predicted = _predictedSegments == 0 ? 0 : _starts[_segments[_predictedSegments - 1]];
        for (var i = 0; i < predicted; i++)
        {
            decisions[_order is null ? i : _order[i]] = true;
        }

        return decisions;
    }

    private BinaryTotals TotalsOf(ReadOnlySpan<byte> draws)
    {
        if (_order is null)
        {
            return TotalsOfSorted(draws);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(draws.Length);
        try
        {
            var sorted = buffer.AsSpan(0, draws.Length);
            for (var i = 0; i < sorted.Length; i++)
            {
                sorted[i] = draws[_order[i]];
            }

            return TotalsOfSorted(sorted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>One pass from the highest probability down; what changes between bins or at the threshold only is looked at there only.</summary>
    private BinaryTotals TotalsOfSorted(ReadOnlySpan<byte> draws)
    {
        var (rows, positives) = Count(draws);
        var negatives = rows - positives;
        long above = 0, positivesAbove = 0, twiceWins = 0, gap = 0, truePositives = 0, falsePositives = 0;
        double precisionSum = 0, logLoss = 0, squaredError = 0, probabilitySum = 0;
        var equalWidth = new CalibrationGap();
        var equalMass = new EqualMassBins(rows);
        var start = 0;
        for (var segment = 0; segment < _segments.Length; segment++)
        {
            for (var block = segment == 0 ? 0 : _segments[segment - 1]; block < _segments[segment]; block++)
            {
                long count = 0, tied = 0;
                for (var end = _starts[block + 1]; start < end; start++)
                {
                    count += draws[start];
                    tied += draws[start] & -_positive[start];
                }

                if (count == 0)
                {
                    continue;
                }

                var probability = _probabilities[block];
                var others = count - tied;
                equalMass.Add(probability, tied, count, above, positivesAbove, probabilitySum);
                twiceWins += others * ((2 * positivesAbove) + tied);
                above += count;
                positivesAbove += tied;
                precisionSum += tied == 0 ? 0 : tied * ((double)positivesAbove / above);
                gap = Math.Max(gap, Math.Abs((positivesAbove * rows) - (above * positives)));
                logLoss += (tied * _logs[block]) + (others * _logsOfRest[block]);
                squaredError += (tied * (1 - (2 * probability))) + (count * probability * probability);
                probabilitySum += count * probability;
            }

            if (_closesBin[segment])
            {
                equalWidth.Close(above, positivesAbove, probabilitySum);
            }

            if (segment == _predictedSegments - 1)
            {
                truePositives = positivesAbove;
                falsePositives = above - positivesAbove;
            }
        }

        return new BinaryTotals
        {
            TruePositives = truePositives,
            FalsePositives = falsePositives,
            FalseNegatives = positives - truePositives,
            TrueNegatives = negatives - falsePositives,
            TwiceWins = twiceWins,
            PrecisionSum = precisionSum,
            GreatestGap = gap,
            LogLossSum = logLoss,
            SquaredErrorSum = squaredError,
            ProbabilitySum = probabilitySum,
            MiscalibrationSum = equalWidth.Sum,
            EqualMassMiscalibrationSum = equalMass.Miscalibration,
            GreatestMiscalibration = equalWidth.Greatest,
        };
    }
    private (long Rows, long Positives) Count(ReadOnlySpan<byte> draws)
    {
        long rows = 0, positives = 0;
        for (var i = 0; i < _positive.Length; i++)
        {
            rows += draws[i];
            positives += draws[i] & -_positive[i];
        }

        return (rows, positives);
    }

    private static void Check(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        if (labels.IsEmpty)
        {
            throw new ArgumentException("There is no row.");
        }

        if (labels.Length != probabilities.Length)
        {
            throw new ArgumentException($"{labels.Length} labels, but {probabilities.Length} probabilities.");
        }

        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"The probability of row {i} is {probabilities[i]}, not within 0 to 1.");
            }
        }
    }
}
