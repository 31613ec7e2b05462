using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion.Verification;

/// <summary>
/// Whether those whose approval a promotion rests on had a part in what it moved. It is found anew from the records and from git, as a record's own list of who was barred proves nothing:
/// who forges one leaves themselves out of it.
/// </summary>
/// <param name="history">What git knows of the model.</param>
/// <param name="records">Every record of the model.</param>
internal sealed class PartVerifier(ModelHistory history, IReadOnlyList<StageRecord> records)
{
    private static readonly string[] ToldByGit = [BarredRoles.Author, BarredRoles.PolicyEditor];

    private readonly ILookup<string, StageRecord> _byDigest = records.ToLookup(record => record.FileDigest.Hex);
    private ILookup<string, string>? _commits;
    private CommitGraph? _graph;

    /// <param name="record">The promotion.</param>
    /// <param name="current">What the stage ran before; null if nothing.</param>
    /// <param name="reference">The commit whose policy was in force.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>What does not fit, and what cannot be told; null where there is nothing of it.</returns>
    public async Task<(string? Fault, string? NotChecked)> CheckAsync(PromotionRecord record, PromotionRecord? current, string reference, CancellationToken cancellationToken)
    {
        var predicate = record.Statement.Predicate;
        if (predicate is not { IsRollback: false, Policy: { Approvals: not null } policy, FromRecord: { } named })
        {
            return (null, null);
        }

        // Records of a first stage may lie on another machine: then the record itself says what it is of, and not who asked for it.
        var found = _byDigest[named.Sha256().Hex].OfType<PromotionRecord>().FirstOrDefault();
        var from = found ?? record with { Statement = record.Statement with { Predicate = predicate with { Commit = PeopleInvolved.Commit(record) } } };
        policy = found is null ? Barring(policy, BarredRoles.All.Except([BarredRoles.Requester])) : policy;

        // Git is asked about those alone who wrote something; a process for each of many records takes its time.
        var people = Approvers(predicate, policy).ToList();
        var asked = Barring(policy, await RolesToAskAsync(people, policy, current, from, cancellationToken));
        var (barred, unknown) = await new PeopleInvolved(history, reference, predicate.PromotedAt).FindAsync(asked, current, from, cancellationToken);
        if (found is not null && policy.Approvals!.Barred.Contains(BarredRoles.Author))
        {
            barred = [.. barred.Union(PeopleInvolved.Uncommitted(from, policy))];
        }

        if (WhyBarred(people, barred) is { } fault)
        {
            return ($"it rests on an approval that does not count: {fault}", null);
        }

        if (unknown is not null || !asked.Approvals!.Barred.Contains(BarredRoles.PolicyEditor))
        {
            return (null, unknown);
        }

        // A commit has the date that its maker gave it.
        var (editors, _) = await new PeopleInvolved(history, reference).FindAsync(Barring(policy, [BarredRoles.PolicyEditor]), current, from, cancellationToken);
        return (null, WhyBarred(people, editors) is { } later ? $"{later}, by its date after the promotion: look whether that date is true" : null);
    }

    private static string? WhyBarred(List<string> people, IReadOnlyList<BarredPerson> barred) => people.Select(person => ApprovalTally.BarredAs(person, barred)).FirstOrDefault(why => why is not null);

    private static StagePolicy Barring(StagePolicy policy, IEnumerable<string> roles) => policy with { Approvals = policy.Approvals! with { Barred = [.. policy.Approvals.Barred.Intersect(roles)] } };

    private IEnumerable<string> Approvers(PromotionPredicate predicate, StagePolicy policy) =>
    [
        .. predicate.Approvals.SelectMany(approval => _byDigest[approval.Sha256().Hex]).OfType<DecisionRecord>().Select(decision => decision.Statement.Predicate.DecidedBy),
        .. predicate.Reviews.Where(review => review.State == DeploymentReview.Approved).Select(review => policy.Approvals!.GitHub.GetValueOrDefault(review.Login)).OfType<string>(),
    ];

    private async Task<IReadOnlyList<string>> RolesToAskAsync(List<string> people, StagePolicy policy, PromotionRecord? current, PromotionRecord from, CancellationToken cancellationToken)
    {
        try
        {
            _commits ??= await history.CommitsByPersonAsync(cancellationToken);
            _graph ??= new CommitGraph(await history.ParentsAsync(cancellationToken));
        }
        catch (PipelineException)
        {
            // Then git is asked record by record, and says why it cannot tell.
            return BarredRoles.All;
        }

        var folded = people.Select(ApprovalTally.Fold).ToHashSet();
        var theirs = _commits.Where(author => folded.Contains(ApprovalTally.Fold(PeopleInvolved.AddressOf(author.Key, policy)))).SelectMany(author => author).ToList();
        return theirs.Count == 0 ? RolesWithoutGit(PeopleInvolved.Commit(from) is { } made && _graph.HasAny(null, made, []) is not null)
            : PeopleInvolved.Commit(from) is { } commit && _graph.HasAny(current is null ? null : PeopleInvolved.Commit(current), commit, theirs) == false ? [.. BarredRoles.All.Except([BarredRoles.Author])]
            : BarredRoles.All;
    }

    /// <summary>Who made a commit that is not here is not told by those that are.</summary>
    private static IReadOnlyList<string> RolesWithoutGit(bool isKnown) => isKnown ? [.. BarredRoles.All.Except(ToldByGit)] : BarredRoles.All;
}
