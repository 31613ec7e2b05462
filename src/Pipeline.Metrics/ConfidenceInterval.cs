namespace Pipeline.Metrics;

/// <summary>Where a metric's true value lies, with a confidence of 95 %.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Method">How it was computed: <c>wilson</c>, <c>delong</c> or <c>bootstrap</c>.</param>
public sealed record ConfidenceInterval(double Low, double High, string Method)
{
    /// <summary>The normal distribution's quantile at 0.975.</summary>
    public const double Z = 1.9599639845400545;
}
