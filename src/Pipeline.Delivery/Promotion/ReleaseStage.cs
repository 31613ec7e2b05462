using System.Globalization;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Freezes;
using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion;

/// <summary>What the stage before runs, approvals → promotion record. It moves a digest: nothing is trained, built or tested again.</summary>
/// <param name="ledger">Takes the record.</param>
/// <param name="log">Tells what became of it.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
/// <param name="moveTag">Lets the registry's tag of a stage point at an image.</param>
public sealed class ReleaseStage(PromotionLedger ledger, RunLog log, string repositoryRoot, Func<ResourceDescriptor, string, CancellationToken, Task> moveTag)
{
    /// <param name="candidate">What to promote.</param>
    /// <param name="policy">Then in force.</param>
    /// <param name="barred">Who may not approve; or why that cannot be told.</param>
    /// <param name="reviews">Of a GitHub deployment.</param>
    /// <param name="drift">The last drift check that lies here; null if there is none.</param>
    /// <param name="cancellationToken">Stops before the record.</param>
    /// <returns>The record, or what it waits for.</returns>
    /// <exception cref="PipelineException">The records do not verify, or the registry's tag cannot be moved; the record stands then, and running again moves it.</exception>
    public async Task<PromotionOutcome> RunAsync(
        ReleaseCandidate candidate,
        StagePolicy policy,
        (IReadOnlyList<BarredPerson> People, string? Unknown) barred,
        IReadOnlyList<DeploymentReview> reviews,
        DriftEvidence? drift,
        CancellationToken cancellationToken)
    {
        if (candidate.Runs)
        {
            log.Info($"{PromoteStage.Name}: {candidate.Stage.Name} runs {candidate.Name} already (record {candidate.Current!.Header.Sequence.ToString("0000", CultureInfo.InvariantCulture)}); nothing to do");
            await MoveTagAsync(candidate.Current, cancellationToken);
            return new PromotionOutcome([candidate.Current], null, []);
        }

        var now = log.Clock.GetUtcNow();
        var asked = new ApprovalSubject(policy, candidate.From.Descriptor, candidate.Subject, candidate.From.Statement.Predicate.Evidence, barred.People);
        var tally = policy.Approvals is null ? null : ApprovalTally.Of(asked, candidate.Decisions, reviews, now, decision => DriftEvidence.Lapses(decision.Drift, drift));
        var waitsFor = WaitsFor(candidate, policy, barred.Unknown, tally, now);
        if (waitsFor.Count > 0)
        {
            return new PromotionOutcome([], candidate.Stage.Name, waitsFor);
        }

        using var held = await ledger.LockAsync(cancellationToken);
        var workingCopy = await WorkingCopy.ReadAsync(repositoryRoot, cancellationToken);
        var from = candidate.From.Statement.Predicate;
        var predicate = new PromotionPredicate(from.Model, candidate.Stage.Name, from.Stage, 0, null, from.Version, now, workingCopy.Person, from.Commit, from.ModelDigest, from.Evidence)
        {
            ComparedWith = from.ComparedWith,
            TrainedBy = from.TrainedBy,
            FromRecord = candidate.From.Descriptor,
            Policy = policy.IsEmpty ? null : policy,
            Approvals = [.. tally?.Counted.Select(decision => decision.Descriptor) ?? []],
            Reviews = reviews,
            Barred = barred.People,
        };
        if (ledger.Next(candidate.Stage.Name).Sequence != candidate.NextSequence || ledger.Current(from.Stage)?.FileDigest != candidate.From.FileDigest)
        {
            throw new PipelineException(ExitCode.ToolError, $"Another record of {candidate.Stage.Name} or {from.Stage} was added meanwhile. Run again; nothing was promoted.");
        }

        PromotionLedger.CheckIsAfter(candidate.From, now);

        var record = ledger.Append(predicate, candidate.Subject);
        log.Info($"{PromoteStage.Name}: {candidate.Stage.Name} runs {candidate.Name} now{(tally is { People.Count: > 0 } ? $", approved by {string.Join(", ", tally.People)}" : string.Empty)}: {Path.GetRelativePath(repositoryRoot, record.Path)}");
        await MoveTagAsync(record, cancellationToken);
        return new PromotionOutcome([record], null, []);
    }

    /// <summary>What a promotion would wait for, in words for people; empty if nothing.</summary>
    internal static List<string> WaitsFor(ReleaseCandidate candidate, StagePolicy policy, string? unknown, ApprovalTally? tally, DateTimeOffset now)
    {
        var reasons = new List<string>();
        if (new FreezeCalendar(policy.Freezes).At(now) is { } freeze)
        {
            reasons.Add($"the end of a freeze: {candidate.Stage.Name} is {freeze} (a rollback goes through: ./build.sh Rollback --stage {candidate.Stage.Name})");
        }

        if (policy.Image && candidate.Subject.Count < 2)
        {
            reasons.Add($"an image, by the policy in force: {ModelDefinition.FileName} here asks for none");
        }

        if (candidate.WhyNotCompared is { } gates)
        {
            reasons.Add(gates);
        }

        if (unknown is not null)
        {
            reasons.Add(unknown);
        }

        if (tally?.WaitsFor(policy.Approvals!, candidate.Name) is { } approvals)
        {
            reasons.Add($"{approvals}: ./build.sh Approve --stage {candidate.Stage.Name}");
        }

        return reasons;
    }

    private Task MoveTagAsync(PromotionRecord record, CancellationToken cancellationToken) =>
        record.Image is { } image ? moveTag(image, record.Header.Stage, cancellationToken) : Task.CompletedTask;
}
