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
}
