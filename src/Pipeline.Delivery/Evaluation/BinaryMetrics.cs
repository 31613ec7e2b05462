namespace Pipeline.Delivery.Evaluation;

/// <summary>
/// Metrics of a binary model, exact over all rows, in double precision. A metric that is undefined (one class only, no positive prediction) is null, never 0 or 1.
/// Definitions as in scikit-learn; log-loss is in nats.
/// </summary>
public static class BinaryMetrics
{
    // As scikit-learn: keeps log-loss finite for a probability of exactly 0 or 1.
    private const double ProbabilityClip = 1e-15;

    /// <param name="labels">True for the positive class; one per row.</param>
    /// <param name="probabilities">Probability of the positive class, 0 to 1; one per row.</param>
    /// <param name="threshold">A row is predicted positive iff its probability is at least this.</param>
    /// <returns>A value, or null if undefined, for every name in <see cref="MetricNames.All"/>.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a probability is NaN or outside 0 to 1.</exception>
    public static IReadOnlyDictionary<string, double?> Compute(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities, double threshold)
    {
        CheckInput(labels, probabilities);
        var confusion = ConfusionMatrix.Of(labels, probabilities, threshold);
        return new Dictionary<string, double?>
        {
            [MetricNames.RocAuc] = RocAuc(labels, probabilities),
            [MetricNames.AveragePrecision] = AveragePrecision(labels, probabilities),
            [MetricNames.LogLoss] = LogLoss(labels, probabilities),
            [MetricNames.Brier] = Brier(labels, probabilities),
            [MetricNames.Accuracy] = confusion.Accuracy,
            [MetricNames.Precision] = confusion.Precision,
            [MetricNames.Recall] = confusion.Recall,
            [MetricNames.F1] = confusion.F1,
        };
    }

    /// <summary>P(score of a positive > score of a negative) + half P(equal); null unless both classes are there.</summary>
    public static double? RocAuc(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var (scores, positive) = SortByScore(labels, probabilities);
        long positives = positive.Count(p => p);
        var negatives = positive.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            return null;
        }

        // Twice the Mann-Whitney statistic, in whole numbers, so that nothing is rounded before the one division.
        long negativesBelow = 0;
        Int128 twiceWins = 0;
        for (var start = 0; start < scores.Length;)
        {
            var end = EndOfTies(scores, start);
            long tiedPositives = positive.AsSpan(start, end - start).Count(true);
            var tiedNegatives = end - start - tiedPositives;
            twiceWins += (Int128)tiedPositives * ((2 * negativesBelow) + tiedNegatives);
            negativesBelow += tiedNegatives;
            start = end;
        }

        return (double)twiceWins / (2.0 * positives * negatives);
    }

    /// <summary>Sum over distinct scores, from the highest, of (recall gained) × (precision there); no interpolation. Null without positives.</summary>
    public static double? AveragePrecision(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var (scores, positive) = SortByScore(labels, probabilities);
        long positives = positive.Count(p => p);
        if (positives == 0)
        {
            return null;
        }

        long truePositives = 0;
        long predicted = 0;
        var sum = 0.0;
        for (var end = scores.Length; end > 0;)
        {
            var start = StartOfTies(scores, end);
            long gained = positive.AsSpan(start, end - start).Count(true);
            truePositives += gained;
            predicted += end - start;
            sum += (double)gained / positives * ((double)truePositives / predicted);
            end = start;
        }

        return sum;
    }

    /// <summary>Mean of -ln(probability of the true class), in nats, probabilities clipped to [1e-15, 1 - 1e-15]. Null without rows.</summary>
    public static double? LogLoss(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            var p = Math.Clamp(probabilities[i], ProbabilityClip, 1 - ProbabilityClip);
            sum -= Math.Log(labels[i] ? p : 1 - p);
        }

        return labels.Length == 0 ? null : sum / labels.Length;
    }

    /// <summary>Mean of (probability - label)². Null without rows.</summary>
    public static double? Brier(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var sum = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            var error = probabilities[i] - (labels[i] ? 1 : 0);
            sum += error * error;
        }

        return labels.Length == 0 ? null : sum / labels.Length;
    }

    private static void CheckInput(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
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

    private static (double[] Scores, bool[] Positive) SortByScore(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var scores = probabilities.ToArray();
        var positive = labels.ToArray();
        Array.Sort(scores, positive);
        return (scores, positive);
    }

    private static int EndOfTies(double[] scores, int start)
    {
        var end = start + 1;
        while (end < scores.Length && scores[end] == scores[start])
        {
            end++;
        }

        return end;
    }

    private static int StartOfTies(double[] scores, int end)
    {
        var start = end - 1;
        while (start > 0 && scores[start - 1] == scores[end - 1])
        {
            start--;
        }

        return start;
    }
}
