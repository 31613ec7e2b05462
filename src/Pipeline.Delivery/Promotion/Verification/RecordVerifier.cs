using System.Globalization;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Freezes;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion.Verification;

/// <summary>
/// Walks every record of a model: chains, signatures, and whether each promotion was allowed by the policy that it carries. It needs the records alone: no network, no git, no tool. That the
/// policy was the one in force, <see cref="PolicyTimeline"/> tells, and that the registry agrees, its tags.
/// </summary>
/// <param name="stages">The records of each stage as far as they can be read, with the faults of its chain.</param>
/// <param name="policies">The policies now in force, by stage.</param>
public sealed class RecordVerifier(IReadOnlyDictionary<string, (IReadOnlyList<StageRecord> Records, IReadOnlyList<string> Faults)> stages, IReadOnlyDictionary<string, StagePolicy> policies)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _notChecked = [];
    private readonly Dictionary<string, AllowedSigners?> _signers = [];
    private int _records;
    private int _signatures;

    public RecordVerification Verify()
    {
        var all = stages.ToDictionary(pair => pair.Key, pair => pair.Value.Records);
        foreach (var (stage, (records, faults)) in stages)
        {
            _faults.AddRange(faults);
            _records += records.Count;
            _signatures += records.Count(record => record.Envelope is not null);
            VerifyStage(stage, records, all);
        }

        return new RecordVerification(_records, _signatures, _faults, _notChecked);
    }

    private void VerifyStage(string stage, IReadOnlyList<StageRecord> records, Dictionary<string, IReadOnlyList<StageRecord>> stages)
    {
        // Who said something under a policy that only a later record carries is judged by that.
        var known = records.OfType<PromotionRecord>().Select(record => record.Statement.Predicate.Policy).Append(policies.GetValueOrDefault(stage))
            .OfType<StagePolicy>().GroupBy(policy => policy.Digest.Hex).ToDictionary(group => group.Key, group => group.First());
        var (decisions, ran, previous) = (new List<DecisionRecord>(), new List<PromotionRecord>(), (PromotionRecord?)null);
        foreach (var record in records)
        {
            if (record is DecisionRecord decision)
            {
                decisions.Add(decision);
                Add(record, WhyUnsigned(decision, known));
            }
            else if (record is PromotionRecord promotion)
            {
                if (previous is not null && promotion.Statement.Predicate.PromotedAt < previous.Statement.Predicate.PromotedAt)
                {
                    Add(record, "it is older than the promotion before it");
                }

                VerifyPromotion(promotion, decisions, ran, stages);
                decisions.Clear();
                ran.Add(promotion);
                previous = promotion;
            }
        }
    }

    private void VerifyPromotion(PromotionRecord record, List<DecisionRecord> decisions, List<PromotionRecord> ran, Dictionary<string, IReadOnlyList<StageRecord>> stages)
    {
        var predicate = record.Statement.Predicate;
        if (predicate.IsRollback)
        {
            VerifyRollback(record, ran);
            return;
        }

        if (record.Envelope is not null)
        {
            Add(record, WhyNotSignedBy(record, predicate.Policy, predicate.PromotedBy, predicate.PromotedAt));
        }

        if (predicate.FromRecord is { } from)
        {
            Add(record, WhyNotFrom(record, from, ran.LastOrDefault(), stages));
        }

        if (predicate.Policy is not { } policy)
        {
            return;
        }

        if (policy.Stage != predicate.Stage || policy.Model != predicate.Model)
        {
            Add(record, $"the policy that it carries is of {policy.Model} {policy.Stage}");
        }

        if (policy.Image && record.Image is null)
        {
            Add(record, "its policy asks for an image, and it names none");
        }

        Add(record, WhyInFreeze(policy, predicate.PromotedAt));

        if (policy.Approvals is not null)
        {
            Add(record, WhyNotApproved(record, policy, decisions));
        }
    }

    private static string? WhyInFreeze(StagePolicy policy, DateTimeOffset at)
    {
        try
        {
            return new FreezeCalendar(policy.Freezes).At(at) is { } freeze ? $"it was made in a freeze: {freeze.Name}" : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or TimeZoneNotFoundException)
        {
            return $"the freezes that its policy carries cannot be read: {e.Message}";
        }
    }

    private string? WhyNotApproved(PromotionRecord record, StagePolicy policy, List<DecisionRecord> decisions)
    {
        var predicate = record.Statement.Predicate;
        if (predicate.FromRecord is not { } from)
        {
            return "its policy asks for approvals, and it names no record that they could be of";
        }

        if (SignersOf(policy) is null)
        {
            return "the keys that its policy carries cannot be read";
        }

        var asked = new ApprovalSubject(policy, from, record.Subject, predicate.Evidence, predicate.Barred);
        var tally = ApprovalTally.Of(asked, decisions, predicate.Reviews, predicate.PromotedAt, _ => null);
        if (tally.People.Count - tally.Counted.Count > 0)
        {
            _notChecked.Add($"{record.Descriptor.Name}: {string.Join(", ", tally.People.Skip(tally.Counted.Count))} approved by a review at GitHub, which nobody can check offline");
        }

        var named = predicate.Approvals.Select(approval => approval.Sha256()).ToHashSet();
        return tally.WaitsFor(policy.Approvals!, $"{predicate.Model}:{predicate.Version}") is { } waits ? $"it was made without {waits}"
            : tally.Counted.All(decision => named.Contains(decision.FileDigest)) && named.Count == tally.Counted.Count ? null
            : "the approvals that it names are not those that stand before it";
    }

    private void VerifyRollback(PromotionRecord record, List<PromotionRecord> ran)
    {
        var predicate = record.Statement.Predicate;
        if (!ran.Any(earlier => StageRecord.SameSubjects(earlier.Subject, record.Subject)))
        {
            Add(record, "it is a rollback to something that the stage had not run");
        }
        else if (ran.LastOrDefault(earlier => earlier.FileDigest == predicate.FromRecord?.Sha256()) is not { } target || !StageRecord.SameSubjects(target.Subject, record.Subject))
        {
            Add(record, "it names no record in which the stage ran what it goes back to");
        }
        else
        {
            Add(record, WhyNotAs(predicate, target));
        }

        if (string.IsNullOrWhiteSpace(predicate.Reason))
        {
            Add(record, "it is a rollback without a reason");
        }

        if (predicate.Policy?.Approvals is not null || record.Envelope is not null)
        {
            Add(record, WhyNotSignedBy(record, predicate.Policy, predicate.PromotedBy, predicate.PromotedAt));
        }
    }

    private string? WhyNotFrom(PromotionRecord record, ResourceDescriptor from, PromotionRecord? champion, Dictionary<string, IReadOnlyList<StageRecord>> stages)
    {
        var predicate = record.Statement.Predicate;
        var found = stages.GetValueOrDefault(predicate.FromStage ?? string.Empty)?.OfType<PromotionRecord>().FirstOrDefault(candidate => candidate.FileDigest == from.Sha256());
        if (found is null)
        {
            if (!stages.ContainsKey(predicate.FromStage ?? string.Empty))
            {
                _notChecked.Add($"{record.Descriptor.Name} is from {from.Name}, whose records are not here");
                return null;
            }

            return $"it is from {from.Name} ({from.Sha256().Abbreviated}), and there is no such record";
        }

        return found.PackageDigest != record.PackageDigest || (record.Image is { } image && image.Sha256() != found.Image?.Sha256()) ? $"it runs something else than {from.Name}, which it is from"
            : predicate.PromotedAt < found.Statement.Predicate.PromotedAt ? $"it is older than {from.Name}, which it is from"
            : champion is not null && champion.PackageDigest != record.PackageDigest && (!predicate.ComparedWith.TryGetValue(predicate.Stage, out var compared) || compared != champion.PackageDigest)
                ? $"its gates were not against {champion.PackageDigest.Abbreviated}, which {predicate.Stage} ran then"
            : WhyNotAs(predicate, found);
    }

    /// <summary>What a record says otherwise than the one that it rests on, though it moves the very same package.</summary>
    private static string? WhyNotAs(PromotionPredicate predicate, PromotionRecord found)
    {
        var other = found.Statement.Predicate;
        var what = new[]
        {
            (predicate.Version == other.Version, "version"),
            (predicate.Commit == other.Commit, "commit"),
            (predicate.ModelDigest == other.ModelDigest, "model"),
            (predicate.TrainedBy == other.TrainedBy, "trainer"),
            (ApprovalTally.SameEvidence(predicate.Evidence, other.Evidence), "evidence"),
            (predicate.ComparedWith.Count == other.ComparedWith.Count && predicate.ComparedWith.All(pair => other.ComparedWith.TryGetValue(pair.Key, out var digest) && digest == pair.Value), "model that the gates compared with"),
        }.FirstOrDefault(pair => !pair.Item1).Item2;
        return what is null ? null : $"it has another {what} than {found.Descriptor.Name}, which it is from";
    }

    private string? WhyUnsigned(DecisionRecord decision, Dictionary<string, StagePolicy> known)
    {
        var predicate = decision.Statement.Predicate;
        if (known.TryGetValue(predicate.PolicyDigest, out var policy))
        {
            return WhyNotSignedBy(decision, policy, predicate.DecidedBy, predicate.DecidedAt);
        }

        _notChecked.Add($"{decision.Descriptor.Name} is by the policy {predicate.PolicyDigest[..12]}, which no promotion rests on and which is not in force now: whether {predicate.DecidedBy} might sign then is not known");
        return null;
    }

    private string? WhyNotSignedBy(StageRecord record, StagePolicy? policy, string person, DateTimeOffset at)
    {
        if (record.Envelope is not { } envelope)
        {
            return "it is not signed";
        }

        if (policy is null || SignersOf(policy) is not { } signers)
        {
            return "the keys that its policy carries cannot be read";
        }

        var (people, faults) = SignedStatements.Verify(envelope, signers, at, record is PromotionRecord { Statement.Predicate.IsRollback: true } ? AllowedSigners.RollbackNamespace : AllowedSigners.Namespace);
        if (faults.Count > 0)
        {
            return string.Join("; ", faults);
        }

        // What is revoked now counts for nothing that was signed since, whatever the policy of that day says.
        var now = policies.GetValueOrDefault(record.Header.Stage) is { Approvals: not null } current ? SignersOf(current)?.WhyRevoked(envelope, at) : null;
        return now ?? (people.Contains(person, StringComparer.OrdinalIgnoreCase) ? null : $"it says {person} and is signed by {string.Join(", ", people)}");
    }

    private AllowedSigners? SignersOf(StagePolicy policy)
    {
        var digest = policy.Digest.Hex;
        if (!_signers.TryGetValue(digest, out var signers))
        {
            try
            {
                signers = policy.ReadSigners();
            }
            catch (PipelineException)
            {
                signers = null;
            }

            _signers[digest] = signers;
        }

        return signers;
    }

    private void Add(StageRecord record, string? fault)
    {
        if (fault is not null)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{record.Path}: {fault}"));
        }
    }
}
