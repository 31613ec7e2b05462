namespace Pipeline.Metrics.Binary;

/// <summary>The log-loss of one row; its mean over rows is the metric.</summary>
public static class LogLoss
{
    // As scikit-learn: keeps it finite for a probability of exactly 0 or 1.
    internal const double ProbabilityClip = 1e-15;

    /// <param name="label">True for the positive class.</param>
    /// <param name="probability">Of the positive class, 0 to 1.</param>
    /// <returns>In nats; never infinite.</returns>
    public static double Of(bool label, double probability) => -Math.Log(Math.Clamp(label ? probability : 1 - probability, ProbabilityClip, 1 - ProbabilityClip));

    /// <summary>The metric alone, for those who need it many times; the same number as <see cref="BinaryMetrics"/> gives, but for rounding.</summary>
    /// <param name="labels">True for the positive class; one per row, at least one.</param>
    /// <param name="probabilities">Of the positive class, 0 to 1; one per row.</param>
    /// <returns>In nats; never infinite.</returns>
    /// <exception cref="ArgumentException">There is no row, or the lengths differ.</exception>
    public static double Mean(ReadOnlySpan<bool> labels, ReadOnlySpan<float> probabilities)
    {
        if (labels.IsEmpty || labels.Length != probabilities.Length)
        {
            throw new ArgumentException($"{labels.Length} labels and {probabilities.Length} probabilities; there must be as many, and one at least.");
        }

        var sum = 0d;
        for (var row = 0; row < labels.Length; row++)
        {
            // Clipped before it is taken from 1, as in the sample's losses.
            var probability = Math.Clamp(probabilities[row], ProbabilityClip, 1 - ProbabilityClip);
            sum -= Math.Log(labels[row] ? probability : 1 - probability);
        }

        return sum / labels.Length;
    }
}
