namespace Pipeline.Delivery.Definition;

/// <summary>Trivial models that a candidate can be asked to beat.</summary>
public static class BaselineNames
{
    /// <summary>Says the share of positives in training for every row.</summary>
    public const string Prior = "prior";

    /// <summary>Says the share of positives in training among rows with the same value of one feature: the feature that does best on the validation rows.</summary>
    public const string OneFeature = "oneFeature";

    public static IReadOnlyList<string> All { get; } = [OneFeature, Prior];
}
