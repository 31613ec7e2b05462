namespace Pipeline.Delivery.Definition;

/// <summary>What a prediction is called.</summary>
/// <param name="Positive">Name of the class where the label is true.</param>
/// <param name="Negative">Name of the other class.</param>
/// <param name="Threshold">A row is positive iff its probability is at least this; strictly between 0 and 1.</param>
public sealed record OutputSettings(string Positive, string Negative, float Threshold)
{
    public const double DefaultThreshold = 0.5;
}
