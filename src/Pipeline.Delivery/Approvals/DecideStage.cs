using System.Globalization;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>A candidate, its evidence, a person → signed record of what the person says. It moves nothing.</summary>
/// <param name="ledger">Takes the record.</param>
/// <param name="store">For temporary files.</param>
/// <param name="log">Shows and asks.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
public sealed class DecideStage(PromotionLedger ledger, RunStore store, RunLog log, string repositoryRoot)
{
    /// <param name="decision">What is to be said.</param>
    /// <param name="candidate">Of what.</param>
    /// <param name="policy">Then in force.</param>
    /// <param name="briefing">What the person is shown.</param>
    /// <param name="drift">The last drift check that lies here; null if there is none.</param>
    /// <param name="barred">Who may not approve.</param>
    /// <param name="options">How the person answers.</param>
    /// <param name="cancellationToken">Stops before anything is recorded.</param>
    /// <exception cref="PipelineException">Exit code 2: the person may not; 64: no reason, no key, or nobody to ask; 1: nothing was signed.</exception>
    public async Task<DecisionRecord> RunAsync(
        Decision decision,
        ReleaseCandidate candidate,
        StagePolicy policy,
        Briefing briefing,
        DriftEvidence? drift,
        IReadOnlyList<BarredPerson> barred,
        DecisionOptions options,
        CancellationToken cancellationToken)
    {
        var verb = decision.ToString();
        var signers = policy.ReadSigners();
        using var scratch = store.CreateScratch();
        var signer = await SignerAsync(verb, signers, policy, options, scratch.Path, cancellationToken);
        var person = PersonOf(verb, signer, signers, policy);
        if (decision == Decision.Approve && ApprovalTally.BarredAs(person, barred) is { } why)
        {
            throw new PipelineException(ExitCode.Refused, $"{why}, so that this approval would not count. Somebody else has to approve; nothing was recorded.");
        }

        log.Info($"{verb}: {candidate.Name} for {candidate.Stage.Name}, by {person}");
        briefing.Print(log);
        var reason = Answers.Reason(log, verb, options);
        Answers.Confirm(log, verb, $"{verb} {candidate.Name} for {candidate.Stage.Name}", options);

        var now = log.Clock.GetUtcNow();
        var (sequence, previous) = ledger.Next(candidate.Stage.Name);
        var from = candidate.From.Statement.Predicate;
        var predicate = new DecisionPredicate(
            from.Model,
            candidate.Stage.Name,
            from.Stage,
            candidate.From.Descriptor,
            sequence,
            previous,
            from.Version,
            from.ModelDigest,
            decision,
            person,
            now,
            reason,
            now,
            now + policy.Approvals!.Expires,
            policy.Digest.Hex,
            from.Evidence,
            briefing.Digest.Hex)
        { Drift = drift };

        var payload = PackageJson.Serialize(Statements.Of(candidate.Subject, predicate));
        var envelope = await signer.SignAsync(payload, AllowedSigners.Namespace, scratch.Path, cancellationToken);
        var (people, faults) = SignedStatements.Verify(envelope, signers, now);
        if (!people.Contains(person))
        {
            throw new PipelineException(ExitCode.ToolError, $"What {signer.KeyPath} signed does not verify: {string.Join("; ", faults)}. Nothing was recorded.");
        }

        using var held = await ledger.LockAsync(cancellationToken);
        var record = (DecisionRecord)ledger.Add(candidate.Stage.Name, sequence, PackageJson.Serialize(envelope));
        var path = Path.GetRelativePath(repositoryRoot, record.Path);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"{verb}: {path} by {person}{(decision == Decision.Approve ? $", holds until {predicate.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : string.Empty)}. It counts elsewhere when it is committed: git add {path} && git commit"));
        return record;
    }

    private async Task<SshSigner> SignerAsync(string verb, AllowedSigners signers, StagePolicy policy, DecisionOptions options, string scratch, CancellationToken cancellationToken)
    {
        if (signers.IsEmpty)
        {
            throw new PipelineException(
                ExitCode.Refused,
                $"Nobody may approve {policy.Model} for {policy.Stage} yet: models/{policy.Model}/{policy.Approvals!.Signers} names no key. Have a line such as this reviewed and committed:\n  you@example.com namespaces=\"{AllowedSigners.Namespace}\" ssh-ed25519 AAAA…   (your public key: cat ~/.ssh/id_ed25519.pub)");
        }

        return await SshSigner.FindAsync(options.SshKey, repositoryRoot, scratch, cancellationToken)
            ?? throw new PipelineException(ExitCode.Usage, $"{verb} needs an SSH key to sign with, and there is none in ~/.ssh or in git's settings. Give one: ./build.sh {verb} --stage {policy.Stage} --ssh-key PATH, or make one: ssh-keygen -t ed25519");
    }

    private string PersonOf(string verb, SshSigner signer, AllowedSigners signers, StagePolicy policy)
    {
        var (person, why) = signers.Find(signer.PublicKey(), log.Clock.GetUtcNow());
        return person ?? throw new PipelineException(ExitCode.Refused, $"{verb} with {signer.KeyPath}: {why}. models/{policy.Model}/{policy.Approvals!.Signers} says whose keys count; nothing was recorded.");
    }
}
