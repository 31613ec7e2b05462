using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Promotion;

/// <summary>The record of an approval or a rejection: it moves nothing.</summary>
public sealed record DecisionRecord(string Path, Digest FileDigest, Statement<DecisionPredicate> Statement, DsseEnvelope? Envelope) : StageRecord(Path, FileDigest, Envelope)
{
    public override IStagePredicate Header => Statement.Predicate;

    public override IReadOnlyList<ResourceDescriptor> Subject => Statement.Subject;
}
