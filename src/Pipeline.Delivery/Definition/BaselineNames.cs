namespace Pipeline.Delivery.Definition;

/// <summary>Trivial models that a candidate can be asked to beat.</summary>
public static class BaselineNames
{
    /// <summary>Says the same for every row: the share of positives in training, the shares of the classes, or the mean.</summary>
    public const string Prior = "prior";

    /// <summary>Says likewise what was so in training among rows with the same value of one feature: the feature that does best on the validation rows.</summary>
    public const string OneFeature = "oneFeature";

    public static IReadOnlyList<string> All { get; } = [OneFeature, Prior];
}
