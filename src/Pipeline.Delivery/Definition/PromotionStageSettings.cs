namespace Pipeline.Delivery.Definition;

/// <summary>A stage of promotion.</summary>
/// <param name="Name">Lower-case letters, digits and dashes.</param>
/// <param name="Image">True if it takes images only, by the digest that a registry gave.</param>
/// <param name="Approvals">Who must approve; null if nobody must. A stage with approvals takes what the stage before it runs.</param>
public sealed record PromotionStageSettings(string Name, bool Image, ApprovalSettings? Approvals)
{
    public const bool DefaultImage = false;

    /// <summary>When nothing is promoted to it.</summary>
    public IReadOnlyList<FreezeSettings> Freezes { get; init; } = [];
}
