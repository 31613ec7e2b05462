using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Multiclass;

/// <summary>Labels and probabilities of some rows and several classes, sorted once by each class's probability; thread-safe.</summary>
public sealed class MulticlassSample : IMetricSample
{
    // Probabilities that a softmax in single precision gives do not sum up to 1 exactly.
    private const double SumTolerance = 1e-3;
    private const double ProbabilityClip = 1e-15;

    private readonly int _classes;
    private readonly int[] _labels;
    private readonly double[] _probabilities;
    private readonly int[] _predicted;
    private readonly int[] _ranks;

    private readonly double[] _logLosses;
    private readonly double[] _squaredErrors;
    private readonly double[] _overconfidence;
    private readonly byte[] _bins;

    // For each class the rows by falling probability of it.
    private readonly ClassOrder[] _orders;

    private MulticlassSample(int classes, int[] labels, double[] probabilities)
    {
        _classes = classes;
        _labels = labels;
        _probabilities = probabilities;
        _predicted = [.. Enumerable.Range(0, labels.Length).Select(row => MostProbable(Row(row)))];
        _ranks = [.. Enumerable.Range(0, labels.Length).Select(row => RankOf(Row(row), labels[row]))];
        _logLosses = [.. Enumerable.Range(0, labels.Length).Select(row => -Math.Log(Math.Clamp(Row(row)[labels[row]], ProbabilityClip, 1 - ProbabilityClip)))];
        _squaredErrors = [.. Enumerable.Range(0, labels.Length).Select(row => SquaredError(Row(row), labels[row]))];
        _overconfidence = [.. Enumerable.Range(0, labels.Length).Select(row => Row(row)[_predicted[row]] - (labels[row] == _predicted[row] ? 1 : 0))];
        _bins = [.. Enumerable.Range(0, labels.Length).Select(row => (byte)CalibrationBin.IndexOf(Row(row)[_predicted[row]]))];
        _orders = [.. Enumerable.Range(0, classes).Select(one => new ClassOrder(one, labels, [.. Enumerable.Range(0, labels.Length).Select(row => Row(row)[one])]))];
    }

    public int Rows => _labels.Length;

    public IReadOnlyList<MetricDefinition> Metrics => MulticlassMetrics.All;

    /// <summary>Rows by true class (major) and predicted class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Confusion
    {
        get
        {
            var counts = TotalsOf(Draws.Once(Rows)).Confusion;
            return [.. Enumerable.Range(0, _classes).Select(actual => (IReadOnlyList<long>)counts.AsSpan(actual * _classes, _classes).ToArray())];
        }
    }

    /// <summary>For each class how it is recognized.</summary>
    public IReadOnlyList<ClassRates> Classes
    {
        get
        {
            var totals = TotalsOf(Draws.Once(Rows));
            return [.. Enumerable.Range(0, _classes).Select(totals.Class)];
        }
    }

    /// <summary>Ten equal-width bins of the predicted class's probability, those without rows left out; positive is a row that is predicted right.</summary>
    public IReadOnlyList<CalibrationBin> Calibration =>
        CalibrationBin.Of([.. _labels.Zip(_predicted, (label, predicted) => label == predicted)], [.. Enumerable.Range(0, Rows).Select(row => Row(row)[_predicted[row]])]);

    /// <param name="classes">How many; at least 2.</param>
    /// <param name="labels">The rows' classes, 0 to <paramref name="classes"/> - 1; at least one row.</param>
    /// <param name="probabilities">Row by row one for each class, 0 to 1; a row's sum to 1, within 0.001.</param>
    /// <exception cref="ArgumentException">There is no row, the lengths do not fit, or a label or probability is none; the first such row is named.</exception>
    public static MulticlassSample Of(int classes, ReadOnlySpan<int> labels, ReadOnlySpan<double> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (labels.IsEmpty || probabilities.Length != (long)labels.Length * classes)
        {
            throw new ArgumentException($"{labels.Length} labels and {probabilities.Length} probabilities do not make rows of {classes} classes.");
        }

        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0 || labels[row] >= classes)
            {
                throw new ArgumentException($"The label of row {row} is {labels[row]}, not within 0 to {classes - 1}.");
            }

            var sum = 0.0;
            foreach (var probability in probabilities.Slice(row * classes, classes))
            {
                sum += probability is >= 0 and <= 1 ? probability : throw new ArgumentException($"A probability of row {row} is {probability}, not within 0 to 1.");
            }

            if (Math.Abs(sum - 1) > SumTolerance)
            {
                throw new ArgumentException($"The probabilities of row {row} sum up to {sum}, not to 1.");
            }
        }

        return new MulticlassSample(classes, labels.ToArray(), probabilities.ToArray());
    }

    public IMetricSample Take(IReadOnlyCollection<int> rows) => rows.Count == 0
        ? throw new ArgumentException("There is no row to take.", nameof(rows))
        : new MulticlassSample(_classes, [.. rows.Select(row => _labels[row])], [.. rows.SelectMany(row => Row(row).ToArray())]);

    /// <summary>McNemar's test of both models' most probable classes.</summary>
    /// <exception cref="ArgumentException">There are more or fewer rows.</exception>
    public McNemar CompareDecisions(MulticlassSample other) => McNemar.Of<int>(_labels, _predicted, other._predicted);

    /// <summary>Share of rows for which both say the same class, 0 to 1.</summary>
    public double AgreementWith(MulticlassSample other) => (double)_predicted.Zip(other._predicted).Count(pair => pair.First == pair.Second) / Rows;

    public void Compute(ReadOnlySpan<byte> draws, Span<double> values)
    {
        var totals = TotalsOf(draws);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = MulticlassMetrics.Formulas[i].Of(totals);
        }
    }

    public ConfidenceInterval? ClosedInterval(int metric) => MulticlassMetrics.Formulas[metric].WilsonInterval(TotalsOf(Draws.Once(Rows)));

    private MulticlassTotals TotalsOf(ReadOnlySpan<byte> draws)
    {
        var totals = new MulticlassTotals(_classes);
        AddRows(totals, draws);
        foreach (var order in _orders)
        {
            order.AddWins(totals, draws);
        }

        return totals;
    }

    private void AddRows(MulticlassTotals totals, ReadOnlySpan<byte> draws)
    {
        Span<double> gaps = stackalloc double[CalibrationBin.BinCount];
        gaps.Clear();
        double logLoss = 0, brier = 0;
        long amongTwo = 0, amongThree = 0;
        for (var row = 0; row < _labels.Length; row++)
        {
            int count = draws[row];
            totals.Confusion[(_labels[row] * _classes) + _predicted[row]] += count;
            amongTwo += _ranks[row] < 2 ? count : 0;
            amongThree += _ranks[row] < 3 ? count : 0;
            logLoss += count * _logLosses[row];
            brier += count * _squaredErrors[row];
            gaps[_bins[row]] += count * _overconfidence[row];
        }

        (totals.LogLossSum, totals.BrierSum, totals.AmongTwo, totals.AmongThree) = (logLoss, brier, amongTwo, amongThree);
        foreach (var gap in gaps)
        {
            totals.MiscalibrationSum += Math.Abs(gap);
        }
    }

    private ReadOnlySpan<double> Row(int row) => _probabilities.AsSpan(row * _classes, _classes);

    private static double SquaredError(ReadOnlySpan<double> probabilities, int label)
    {
        var sum = 0.0;
        for (var c = 0; c < probabilities.Length; c++)
        {
            var error = probabilities[c] - (c == label ? 1 : 0);
            sum += error * error;
        }

        return sum;
    }

    private static int MostProbable(ReadOnlySpan<double> probabilities)
    {
        var best = 0;
        for (var c = 1; c < probabilities.Length; c++)
        {
            best = probabilities[c] > probabilities[best] ? c : best;
        }

        return best;
    }

    // How many classes come before it: more probable ones, and of those that tie the first.
    private static int RankOf(ReadOnlySpan<double> probabilities, int label)
    {
        var rank = 0;
        for (var c = 0; c < probabilities.Length; c++)
        {
            rank += probabilities[c] > probabilities[label] || (probabilities[c] == probabilities[label] && c < label) ? 1 : 0;
        }

        return rank;
    }
}
