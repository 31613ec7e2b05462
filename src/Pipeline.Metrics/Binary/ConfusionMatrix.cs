namespace Pipeline.Metrics.Binary;

/// <summary>Counts of rows by true and predicted class, and the rates that follow; a rate of 0/0 is null.</summary>
public sealed record ConfusionMatrix(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    public double? Accuracy => Ratio(TruePositives + TrueNegatives, TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    public double? Precision => Ratio(TruePositives, TruePositives + FalsePositives);

    public double? Recall => Ratio(TruePositives, TruePositives + FalseNegatives);

    public double? FalsePositiveRate => Ratio(FalsePositives, FalsePositives + TrueNegatives);

    public double? PredictedPositiveRate => Ratio(TruePositives + FalsePositives, TruePositives + FalsePositives + FalseNegatives + TrueNegatives);

    public double? F1 => FBeta(1);

    /// <param name="labels">True for the positive class.</param>
    /// <param name="probabilities">Probability of the positive class.</param>
    /// <param name="threshold">Predicted positive iff the probability is at least this.</param>
    public static ConfusionMatrix Of(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities, double threshold)
    {
        Span<long> counts = stackalloc long[4];
        for (var i = 0; i < labels.Length; i++)
        {
            counts[(labels[i] ? 0 : 1) + (probabilities[i] >= threshold ? 0 : 2)]++;
        }

        return new ConfusionMatrix(counts[0], counts[1], counts[2], counts[3]);
    }

    /// <summary>The harmonic mean of precision and recall with a recall that counts <paramref name="beta"/> times as much.</summary>
    /// <param name="beta">Above 0.</param>
    public double? FBeta(double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var square = beta * beta;
        var whole = ((1 + square) * TruePositives) + (square * FalseNegatives) + FalsePositives;
        return whole == 0 ? null : (1 + square) * TruePositives / whole;
    }

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
