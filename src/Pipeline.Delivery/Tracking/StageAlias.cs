using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tracking;

/// <summary>What a stage runs by its newest record, which is what its alias is to point at.</summary>
/// <param name="Stage">The stage, and the alias.</param>
/// <param name="Package">What it runs.</param>
/// <param name="Since">When it was promoted or rolled back.</param>
/// <param name="Record">Sequence of the record.</param>
/// <param name="Approvers">Who approved it, by a signature or in a review at GitHub; empty where nobody had to.</param>
public sealed record StageAlias(string Stage, Digest Package, DateTimeOffset Since, int Record, IReadOnlyList<string> Approvers)
{
    /// <param name="record">The stage's newest promotion.</param>
    /// <param name="records">All of the stage, with the approvals.</param>
    internal static StageAlias Of(PromotionRecord record, IReadOnlyList<StageRecord> records)
    {
        var predicate = record.Statement.Predicate;
        var approvals = predicate.Approvals.Select(approval => approval.Sha256()).ToHashSet();
        return new StageAlias(
            predicate.Stage,
            record.PackageDigest,
            predicate.PromotedAt,
            predicate.Sequence,
            [
                .. records.OfType<DecisionRecord>().Where(decision => approvals.Contains(decision.FileDigest)).Select(decision => decision.Statement.Predicate.DecidedBy)
                    .Concat(predicate.Reviews.Where(review => review.State == DeploymentReview.Approved).Select(review => $"{review.Login} (GitHub)"))
                    .Distinct().Order(StringComparer.Ordinal),
            ]);
    }
}
