using System.Buffers;

namespace Pipeline.Metrics.Regression;

/// <summary>Labels and predictions of some rows, sorted once; thread-safe.</summary>
public sealed partial class RegressionSample : IMetricSample
{
    private const double PinballShare = 0.9;

    private static readonly double[] Shares = [0.5, 0.9, 0.99, 1];

    private readonly double[] _labels;
    private readonly double[] _predictions;
    private readonly double _meanLabel;
    private readonly double _meanError;
    private readonly RankedColumn _rankedLabels;
    private readonly RankedColumn _rankedPredictions;
    private readonly RankedColumn _absoluteErrors;

    private RegressionSample(double[] labels, double[] predictions)
    {
        _labels = labels;
        _predictions = predictions;
        _meanLabel = labels.Average();
        _meanError = predictions.Zip(labels, (prediction, label) => prediction - label).Average();
        _rankedLabels = new RankedColumn(labels);
        _rankedPredictions = new RankedColumn(predictions);
        _absoluteErrors = new RankedColumn([.. predictions.Zip(labels, (prediction, label) => Math.Abs(prediction - label))]);
    }

    public int Rows => _labels.Length;

    public IReadOnlyList<MetricDefinition> Metrics => RegressionMetrics.All;

    /// <summary>By label, so that one of the two rankings goes through memory in order.</summary>
    public IMetricSample Reordered
    {
        get
        {
            var (labels, predictions) = (_labels.ToArray(), _predictions.ToArray());
            Array.Sort(labels, predictions);
            return new RegressionSample(labels, predictions);
        }
    }

    /// <param name="labels">What is true; one per row, at least one.</param>
    /// <param name="predictions">What the model says; one per row.</param>
    /// <exception cref="ArgumentException">There is no row, the lengths differ, or a number is not finite.</exception>
    public static RegressionSample Of(ReadOnlySpan<double> labels, ReadOnlySpan<double> predictions)
    {
        if (labels.IsEmpty || labels.Length != predictions.Length)
        {
            throw new ArgumentException($"{labels.Length} labels, but {predictions.Length} predictions.");
        }

        for (var row = 0; row < labels.Length; row++)
        {
            if (!double.IsFinite(labels[row]) || !double.IsFinite(predictions[row]))
            {
                throw new ArgumentException($"The label of row {row} is {labels[row]} and its prediction {predictions[row]}: both must be finite.");
            }
        }

        return new RegressionSample(labels.ToArray(), predictions.ToArray());
    }

    public IMetricSample Take(IReadOnlyCollection<int> rows) => rows.Count == 0
        ? throw new ArgumentException("There is no row to take.", nameof(rows))
        : new RegressionSample([.. rows.Select(row => _labels[row])], [.. rows.Select(row => _predictions[row])]);

    public void Compute(ReadOnlySpan<byte> draws, Span<double> values)
    {
        var totals = TotalsOf(draws);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = RegressionMetrics.Formulas[i].Of(totals);
        }
    }

    public ConfidenceInterval? ClosedInterval(int metric) => null;

    private RegressionTotals TotalsOf(ReadOnlySpan<byte> draws)
    {
        var (errors, labels) = (new Moments(_meanError), new Moments(_meanLabel));
        double rows = 0, absolute = 0, absoluteLabels = 0, relative = 0, withLabel = 0, symmetric = 0, pinball = 0;
        for (var row = 0; row < _labels.Length; row++)
        {
            double count = draws[row];
            var (label, prediction) = (_labels[row], _predictions[row]);
            var error = prediction - label;
            rows += count;
            errors.Add(error, count);
            labels.Add(label, count);
            absolute += count * Math.Abs(error);
            absoluteLabels += count * Math.Abs(label);
            relative += label == 0 ? 0 : count * Math.Abs(error / label);
            withLabel += label == 0 ? 0 : count;
            symmetric += error == 0 ? 0 : count * 2 * Math.Abs(error) / (Math.Abs(label) + Math.Abs(prediction));
            pinball += count * (error < 0 ? -PinballShare * error : (1 - PinballShare) * error);
        }

        Span<double> percentiles = stackalloc double[Shares.Length];
        _absoluteErrors.Percentiles(draws, Shares, percentiles);
        return new RegressionTotals
        {
            Rows = rows,
            Errors = errors,
            Labels = labels,
            AbsoluteErrorSum = absolute,
            AbsoluteLabelSum = absoluteLabels,
            RelativeErrorSum = relative,
            RowsWithLabel = withLabel,
            SymmetricErrorSum = symmetric,
            PinballSum = pinball,
            Median = percentiles[0],
            P90 = percentiles[1],
            P99 = percentiles[2],
            Greatest = percentiles[3],
            Pearson = Correlation(_labels, _predictions, draws),
            Spearman = RankCorrelation(draws),
        };
    }

    private double RankCorrelation(ReadOnlySpan<byte> draws)
    {
        var buffer = ArrayPool<double>.Shared.Rent(2 * Rows);
        try
        {
            var one = buffer.AsSpan(0, Rows);
            var other = buffer.AsSpan(Rows, Rows);
            _rankedLabels.Rank(draws, one);
            _rankedPredictions.Rank(draws, other);
            return Correlation(one, other, draws);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    // Two passes: means first, so that nothing is lost to numbers far from 0. NaN if one side has no spread.
    private static double Correlation(ReadOnlySpan<double> one, ReadOnlySpan<double> other, ReadOnlySpan<byte> draws)
    {
        double rows = 0, sumOfOne = 0, sumOfOther = 0;
        for (var i = 0; i < draws.Length; i++)
        {
            rows += draws[i];
            sumOfOne += draws[i] * one[i];
            sumOfOther += draws[i] * other[i];
        }

        var (meanOfOne, meanOfOther) = (sumOfOne / rows, sumOfOther / rows);
        double product = 0, squareOfOne = 0, squareOfOther = 0;
        for (var i = 0; i < draws.Length; i++)
        {
            var (x, y) = (one[i] - meanOfOne, other[i] - meanOfOther);
            product += draws[i] * x * y;
            squareOfOne += draws[i] * x * x;
            squareOfOther += draws[i] * y * y;
        }

        return product / Math.Sqrt(squareOfOne * squareOfOther);
    }
}
