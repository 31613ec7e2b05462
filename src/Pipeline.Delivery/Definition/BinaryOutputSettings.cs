namespace Pipeline.Delivery.Definition;

/// <summary>What a prediction of two classes is called, and when it is the positive one.</summary>
/// <param name="Positive">Name of the class where the label is true.</param>
/// <param name="Negative">Name of the other class.</param>
/// <param name="Threshold">A row is positive iff its probability is at least this; strictly between 0 and 1. Not looked at if <see cref="ThresholdBy"/> is set.</param>
public sealed record BinaryOutputSettings(string Positive, string Negative, float Threshold) : OutputSettings
{
    public const double DefaultThreshold = 0.5;

    /// <summary>The metric whose best value on the validation rows chooses the threshold, once the trainer is chosen; null if the threshold is given.</summary>
    public string? ThresholdBy { get; init; }
}
