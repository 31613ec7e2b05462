namespace Pipeline.Drift.Verdicts;

/// <summary>
/// Tells how a model of classes does where labels are not known yet: each answer counts as right as often as answers like it were on the test rows (confidence-based performance
/// estimation, as NannyML's CBPE, with calibration by the bins of the reference). It needs counts alone, so that counters give the same as rows. Of a model of a number nothing is
/// estimated: how far off its answers are does not show in them.
/// </summary>
public static class PerformanceEstimator
{
    private const string Accuracy = "accuracy";

    /// <summary>The metrics that are estimated of a binary model. The area under the ROC curve is over the bins, answers in one bin counting as equal: some thousandths below that over rows.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ["rocAuc", Accuracy, "precision", "recall"];

    /// <summary>Of a binary model.</summary>
    /// <param name="reference">The model's answers to the test rows, and how they turned out.</param>
    /// <param name="current">Its answers in the window.</param>
    /// <param name="positiveLabel">The label of the class whose probability the model gives.</param>
    /// <param name="realized">How those turned out whose label is known; null if none is.</param>
    /// <returns>One for each of <see cref="Metrics"/>; empty if the profile does not tell how the test rows turned out, or if nothing was answered.</returns>
    public static IReadOnlyList<PerformanceEstimate> Estimate(PredictionProfile reference, PredictionCounts current, string positiveLabel, PredictionOutcomes? realized)
    {
        if (reference.Outcomes is not { } outcomes || current.Bins.Sum() == 0)
        {
            return [];
        }

        var before = CellsOf(outcomes);
        var expected = ExpectedOf(outcomes, current, positiveLabel);
        var known = realized is null ? [] : CellsOf(realized);
        var labeled = known.Sum(cell => cell.Rows);
        return
        [
            .. Metrics.Select(metric =>
            {
                var (value, error) = ValueOf(metric, before);
                var (estimate, estimateError) = ValueOf(metric, expected);
                return EstimateOf(metric, value, error, estimate, estimateError, labeled > 0 ? ValueOf(metric, known).Value : null, (long)labeled);
            }),
        ];
    }

    /// <summary>Of a model of several classes: the accuracy.</summary>
    /// <param name="reference">The model's answers to the test rows, and how often they were right.</param>
    /// <param name="current">Its answers in the window.</param>
    /// <param name="realized">How often those were right whose label is known; null if none is.</param>
    /// <returns>Empty if the profile does not tell how the test rows turned out, or if nothing was answered.</returns>
    public static IReadOnlyList<PerformanceEstimate> EstimateAccuracy(PredictionProfile reference, PredictionCounts current, PredictionHits? realized)
    {
        var rows = current.Bins.Sum();
        if (reference.Hits is not { } hits || rows == 0)
        {
            return [];
        }

        var (value, error) = ShareOf(hits);
        var (estimate, estimateError) = Share(hits.Bins.Zip(current.Bins, (cell, count) => count * RateOf(cell.Right, cell.Rows)).Sum(), rows);
        return [EstimateOf(Accuracy, value, error, estimate, estimateError, realized is null ? null : ShareOf(realized).Value, realized?.Bins.Sum(cell => cell.Rows) ?? 0)];
    }

    private static PerformanceEstimate EstimateOf(string metric, double? value, double error, double? estimate, double estimateError, double? realized, long labeled)
    {
        // Chance has its part on both sides: in the rows of the window, and in the test rows that calibrate.
        var band = 3 * Math.Sqrt((error * error) + (estimateError * estimateError));
        return new PerformanceEstimate(metric, value, estimate, estimate is { } low ? Math.Max(0, low - band) : null, estimate is { } high ? Math.Min(1, high + band) : null, realized, labeled);
    }

    private static (double? Value, double StandardError) ShareOf(PredictionHits hits) => Share(hits.Bins.Sum(cell => cell.Right), hits.Bins.Sum(cell => cell.Rows));

    private static List<Cell> CellsOf(PredictionOutcomes outcomes) =>
    [
        .. outcomes.Negative.Zip(outcomes.Positive).SelectMany(pair => new[]
        {
            new Cell(IsPredictedPositive: false, pair.First.Rows, pair.First.Positives),
            new Cell(IsPredictedPositive: true, pair.Second.Rows, pair.Second.Positives),
        }),
    ];

    private static List<Cell> ExpectedOf(PredictionOutcomes outcomes, PredictionCounts current, string positiveLabel)
    {
        // A row is answered with the positive label iff its probability reaches the threshold: those rows are the topmost ones, whatever the threshold is.
        var positivesLeft = current.Labels.GetValueOrDefault(positiveLabel);
        var cells = new List<Cell>();
        for (var bin = current.Bins.Count - 1; bin >= 0; bin--)
        {
            var positive = Math.Min(current.Bins[bin], positivesLeft);
            positivesLeft -= positive;
            var negative = current.Bins[bin] - positive;
            cells.Add(new Cell(IsPredictedPositive: true, positive, positive * RateOf(outcomes.Positive[bin], outcomes.Negative[bin])));
            cells.Add(new Cell(IsPredictedPositive: false, negative, negative * RateOf(outcomes.Negative[bin], outcomes.Positive[bin])));
        }

        cells.Reverse();
        return cells;
    }

    // Jeffreys' estimate; of the whole bin where the test rows had none on this side of the threshold.
    private static double RateOf(OutcomeCell cell, OutcomeCell other)
    {
        var (rows, positives) = cell.Rows > 0 ? (cell.Rows, cell.Positives) : (other.Rows, other.Positives);
        return RateOf(positives, rows);
    }

    private static double RateOf(long part, long rows) => (part + 0.5) / (rows + 1);

    private static (double? Value, double StandardError) ValueOf(string metric, List<Cell> cells)
    {
        var truePositives = cells.Where(cell => cell.IsPredictedPositive).Sum(cell => cell.Positives);
        var falsePositives = cells.Where(cell => cell.IsPredictedPositive).Sum(cell => cell.Negatives);
        var positives = cells.Sum(cell => cell.Positives);
        var negatives = cells.Sum(cell => cell.Negatives);
        return metric switch
        {
            Accuracy => Share(truePositives + negatives - falsePositives, positives + negatives),
            "precision" => Share(truePositives, truePositives + falsePositives),
            "recall" => Share(truePositives, positives),
            _ => AreaOf(cells, positives, negatives),
        };
    }

    private static (double? Value, double StandardError) Share(double part, double whole) =>
        whole > 0 ? (Math.Clamp(part / whole, 0, 1), Math.Sqrt(Math.Max(0, part / whole * (1 - (part / whole))) / whole)) : (null, 0);

    // The standard error is that of Hanley and McNeil, Radiology 143 (1982).
    private static (double? Value, double StandardError) AreaOf(List<Cell> cells, double positives, double negatives)
    {
        if (positives <= 0 || negatives <= 0)
        {
            return (null, 0);
        }

        var (negativesBelow, wins) = (0.0, 0.0);
        foreach (var cell in cells)
        {
            wins += cell.Positives * (negativesBelow + (cell.Negatives / 2));
            negativesBelow += cell.Negatives;
        }

        var area = wins / positives / negatives;
        var (q1, q2) = (area / (2 - area), 2 * area * area / (1 + area));
        var variance = (area * (1 - area)) + (Math.Max(0, positives - 1) * (q1 - (area * area))) + (Math.Max(0, negatives - 1) * (q2 - (area * area)));
        return (area, Math.Sqrt(Math.Max(0, variance / positives / negatives)));
    }

    /// <summary>Rows of one bin on one side of the threshold, in ascending order of probability; positives may be expected ones, in fractions.</summary>
    private readonly record struct Cell(bool IsPredictedPositive, double Rows, double Positives)
    {
        public double Negatives => Rows - Positives;
    }
}
