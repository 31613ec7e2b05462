using System.Globalization;
using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;

namespace Pipeline.Delivery.Approvals;

/// <summary>Who approved a promotion, so far as it counts. The same rules judge a promotion that is to be made and one that was made long ago.</summary>
/// <param name="People">Whose approval counts, each once.</param>
/// <param name="Counted">The records of those approvals.</param>
/// <param name="Rejections">Who says no, and why.</param>
/// <param name="NotCounted">Approvals that do not count, and why.</param>
public sealed record ApprovalTally(IReadOnlyList<string> People, IReadOnlyList<DecisionRecord> Counted, IReadOnlyList<string> Rejections, IReadOnlyList<string> NotCounted)
{
    /// <param name="asked">What they must be for.</param>
    /// <param name="decisions">Records since the stage's last promotion, in order.</param>
    /// <param name="reviews">Of a GitHub deployment.</param>
    /// <param name="at">When the promotion is made: what was signed must hold then, and so must its key.</param>
    /// <param name="drift">Why an approval lapses by drift; null where that is not asked.</param>
    public static ApprovalTally Of(ApprovalSubject asked, IEnumerable<DecisionRecord> decisions, IReadOnlyList<DeploymentReview> reviews, DateTimeOffset at, Func<DecisionPredicate, string?> drift)
    {
        var signers = asked.Policy.ReadSigners();
        var (counted, rejections, notCounted) = (new List<DecisionRecord>(), new List<string>(), new List<string>());

        var said = decisions.Where(decision => decision.PackageDigest == asked.Subject[0].Sha256()).ToLookup(decision => WhySignatureDoesNotCount(decision, signers, at));
        notCounted.AddRange(said.Where(group => group.Key is not null).SelectMany(group => group.Select(decision => $"{Name(decision)}: {group.Key}")));

        // A person may think again: the last word of each holds. Only words that are signed are theirs.
        foreach (var decision in said[null].GroupBy(decision => Fold(decision.Statement.Predicate.DecidedBy)).Select(group => group.Last()))
        {
            var predicate = decision.Statement.Predicate;
            if (predicate.Decision == Decision.Reject)
            {
                rejections.Add($"{predicate.DecidedBy} rejects it: {predicate.Reason}");
            }
            else if ((WhyApprovalDoesNotCount(predicate, decision, asked, at) ?? drift(predicate)) is { } reason)
            {
                notCounted.Add($"{Name(decision)}: {reason}");
            }
            else
            {
                counted.Add(decision);
            }
        }

        var people = counted.Select(decision => decision.Statement.Predicate.DecidedBy).ToList();
        AddReviews(asked, reviews, people, rejections, notCounted);
        return new ApprovalTally(people, counted, rejections, notCounted);
    }

    /// <summary>What is missing; null if nothing is.</summary>
    public string? WaitsFor(ApprovalSettings rules, string what)
    {
        var missing = rules.People - People.Count;
        var reasons = new List<string>();
        if (missing > 0)
        {
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{(missing == rules.People ? Count(missing) : $"{missing} more")} signed approval{(missing == 1 ? string.Empty : "s")} of {what}{(People.Count == 0 ? string.Empty : $" (there {(People.Count == 1 ? "is that" : "are those")} of {string.Join(", ", People)})")}"));
        }

        if (Rejections.Count > 0)
        {
            reasons.Add($"a change of mind: {string.Join("; ", Rejections)}");
        }

        return reasons.Count == 0 ? null : string.Join(", and for ", reasons) + (NotCounted.Count == 0 ? string.Empty : $" [does not count: {string.Join("; ", NotCounted)}]");
    }

    private static string Count(int people) => people.ToString(CultureInfo.InvariantCulture);

    private static string? WhySignatureDoesNotCount(DecisionRecord decision, AllowedSigners signers, DateTimeOffset at)
    {
        var predicate = decision.Statement.Predicate;
        if (decision.Envelope is not { } envelope)
        {
            return "it is not signed";
        }

        // The date in it is the signer's own word; the key must count when it is used, too, or an expired one could date back.
        foreach (var time in new[] { predicate.DecidedAt, at })
        {
            var (people, faults) = SignedStatements.Verify(envelope, signers, time);
            if (!people.Contains(predicate.DecidedBy, StringComparer.OrdinalIgnoreCase))
            {
                return faults.Count > 0 ? string.Join("; ", faults) : $"it is signed by {string.Join(", ", people)}";
            }
        }

        return null;
    }

    private static string? WhyApprovalDoesNotCount(DecisionPredicate predicate, DecisionRecord decision, ApprovalSubject asked, DateTimeOffset at) =>
        !StageRecord.SameSubjects(decision.Subject, asked.Subject) ? "it is for another image: this one was made anew since, on another base perhaps"
        : predicate.PolicyDigest != asked.Policy.Digest.Hex ? "the policy or the keys that may sign have changed since"
        : !SameEvidence(predicate.Evidence, asked.Evidence) ? "the evidence has changed since"
        : predicate.FromRecord.Sha256() != asked.FromRecord.Sha256() ? $"it is for {predicate.FromRecord.Name}, which is no longer the newest"
        : predicate.NotBefore < predicate.DecidedAt || predicate.NotAfter - predicate.DecidedAt > asked.Policy.Approvals!.Expires ? "it says that it holds for longer than the policy lets one hold"
        : at < predicate.NotBefore ? string.Create(CultureInfo.InvariantCulture, $"it holds from {predicate.NotBefore.UtcDateTime:yyyy-MM-dd HH:mm} UTC only")
        : at >= predicate.NotAfter ? string.Create(CultureInfo.InvariantCulture, $"it expired at {predicate.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
        : BarredAs(predicate.DecidedBy, asked.Barred);

    /// <summary>Why a person may not approve; null if they may.</summary>
    public static string? BarredAs(string person, IReadOnlyList<BarredPerson> barred) =>
        barred.Where(candidate => Fold(candidate.Person) == Fold(person)).ToList() is { Count: > 0 } reasons
            ? $"{person} is barred as {string.Join(" and as ", reasons.Select(reason => $"{reason.Role} ({reason.Detail})"))}"
            : null;

    internal static bool SameEvidence(IReadOnlyList<ResourceDescriptor> one, IReadOnlyList<ResourceDescriptor> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Name == pair.Second.Name && pair.First.Sha256() == pair.Second.Sha256());

    private static void AddReviews(ApprovalSubject asked, IReadOnlyList<DeploymentReview> reviews, List<string> people, List<string> rejections, List<string> notCounted)
    {
        foreach (var review in reviews.Where(review => review.Environments.Contains(asked.Policy.Stage)))
        {
            if (!asked.Policy.Approvals!.GitHub.TryGetValue(review.Login, out var person))
            {
                notCounted.Add($"the review of {review.Login} at GitHub: the policy names no person of that login");
            }
            else if (review.State != DeploymentReview.Approved)
            {
                rejections.Add($"{person} rejects it at GitHub: {review.Comment}");
            }
            else if (BarredAs(person, asked.Barred) is { } why)
            {
                notCounted.Add($"the review of {review.Login} at GitHub: {why}");
            }
            else if (!people.Exists(other => Fold(other) == Fold(person)))
            {
                people.Add(person);
            }
        }
    }

    private static string Name(DecisionRecord decision) => string.Create(
        CultureInfo.InvariantCulture, $"the {(decision.Statement.Predicate.Decision == Decision.Reject ? "rejection" : "approval")} of {decision.Statement.Predicate.DecidedBy} (record {decision.Header.Sequence:0000})");

    /// <summary>One spelling for each mailbox: letter case and what follows a plus make no other person.</summary>
    internal static string Fold(string person)
    {
        var (name, host) = person.LastIndexOf('@') is > 0 and var at ? (person[..at], person[at..]) : (person, string.Empty);
        return ((name.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus ? name[..plus] : name) + host).ToUpperInvariant();
    }
}
