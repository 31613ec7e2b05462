namespace Pipeline.Delivery.Definition;

/// <summary>A stage of promotion.</summary>
/// <param name="Name">Lower-case letters, digits and dashes.</param>
/// <param name="Image">True if it takes images only, by the digest that a registry gave.</param>
/// <param name="Approvals">How many people must approve; 0 if none.</param>
public sealed record PromotionStageSettings(string Name, bool Image, int Approvals)
{
    public const bool DefaultImage = false;
    public const int DefaultApprovals = 0;
}
