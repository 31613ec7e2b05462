using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>A package that a person named.</summary>
/// <param name="Stage">The stage that runs it; null if it was named by its version.</param>
/// <param name="Digest">Of the package.</param>
/// <param name="Records">Promotion records that name it, the newest first; none if only the store has it.</param>
internal sealed record NamedPackage(string? Stage, Digest Digest, IReadOnlyList<PromotionRecord> Records)
{
    /// <summary>For people: the stage, if there is one, and the version.</summary>
    public string Name => Stage is null ? Digest.Abbreviated : $"{Stage} {Digest.Abbreviated}";
}
