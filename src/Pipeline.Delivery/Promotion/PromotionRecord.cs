using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Promotion;

/// <summary>The record of a promotion or a rollback: from then on the stage runs its subjects.</summary>
public sealed record PromotionRecord(string Path, Digest FileDigest, Statement<PromotionPredicate> Statement, DsseEnvelope? Envelope = null) : StageRecord(Path, FileDigest, Envelope)
{
    public override IStagePredicate Header => Statement.Predicate;

    public override IReadOnlyList<ResourceDescriptor> Subject => Statement.Subject;
}
