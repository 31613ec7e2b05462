using System.Globalization;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>A stage, a version that it has run → record that it runs that again. One signature and a reason suffice, and no freeze stands in its way: who has an incident cannot wait.</summary>
/// <param name="ledger">Takes the record.</param>
/// <param name="store">For temporary files.</param>
/// <param name="log">Shows and asks.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
/// <param name="moveTag">Lets the registry's tag of a stage point at an image.</param>
public sealed class RollbackStage(PromotionLedger ledger, RunStore store, RunLog log, string repositoryRoot, Func<ResourceDescriptor, string, CancellationToken, Task> moveTag)
{
    public const string Name = "Rollback";

    private const int LeastDigits = 6;

    /// <param name="policy">Of the stage; its freezes and its number of people are not asked.</param>
    /// <param name="version">The digits of a version that the stage has run; null for the one before.</param>
    /// <param name="options">How the person answers.</param>
    /// <param name="cancellationToken">Stops before the record.</param>
    /// <exception cref="PipelineException">Exit code 64: the stage never ran such a version, or there is no reason or key; 2: the key is nobody's who may sign.</exception>
    public async Task<PromotionRecord> RunAsync(StagePolicy policy, string? version, DecisionOptions options, CancellationToken cancellationToken)
    {
        var promotions = ledger.Records(policy.Stage).OfType<PromotionRecord>().ToList();
        var target = Find(policy, promotions, version);
        var current = promotions[^1].Statement.Predicate;
        using var scratch = store.CreateScratch();
        var signers = policy.Approvals is null ? null : policy.ReadSigners();
        var signer = signers is null ? null : await SignerAsync(policy, options, scratch.Path, cancellationToken);
        var person = signer is null ? (await WorkingCopy.ReadAsync(repositoryRoot, cancellationToken)).Person : PersonOf(policy, signer, signers!);
        var to = target.Statement.Predicate;
        log.Info($"{Name}: {policy.Stage} from {current.Model}:{current.Version} back to {to.Model}:{to.Version}, which it ran since {to.PromotedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC ({target.Descriptor.Name})");
        var reason = Answers.Reason(log, Name, options);
        Answers.Confirm(log, Name, $"Set {policy.Stage} back to {to.Model}:{to.Version}", options);

        using var held = await ledger.LockAsync(cancellationToken);
        var (sequence, previous) = ledger.Next(policy.Stage);
        var predicate = to with
        {
            FromStage = null,
            Sequence = sequence,
            Previous = previous,
            PromotedAt = log.Clock.GetUtcNow(),
            PromotedBy = person,
            FromRecord = target.Descriptor,
            Policy = policy.IsEmpty ? null : policy,
            Approvals = [],
            Reviews = [],
            Barred = [],
            IsRollback = true,
            Reason = reason,
        };
        var payload = PackageJson.Serialize(Statements.Of(target.Subject, predicate));
        var bytes = signer is null ? payload : PackageJson.Serialize(await signer.SignAsync(payload, scratch.Path, cancellationToken));
        var record = (PromotionRecord)ledger.Add(policy.Stage, sequence, bytes);
        log.Info($"{Name}: {policy.Stage} runs {to.Model}:{to.Version} again: {Path.GetRelativePath(repositoryRoot, record.Path)}. Commit it: git add models/{to.Model}/stages && git commit");
        if (record.Image is { } image)
        {
            await moveTag(image, policy.Stage, cancellationToken);
        }

        return record;
    }

    private static PromotionRecord Find(StagePolicy policy, List<PromotionRecord> promotions, string? version)
    {
        if (promotions.Count == 0)
        {
            throw new PipelineException(ExitCode.Usage, $"{policy.Stage} has run nothing of {policy.Model} yet; there is nothing to go back to.");
        }

        var current = promotions[^1];
        var earlier = promotions.Where(record => !StageRecord.SameSubjects(record.Subject, current.Subject)).ToList();
        if (version is null)
        {
            return earlier.LastOrDefault() ?? throw new PipelineException(ExitCode.Usage, $"{policy.Stage} has run nothing but {policy.Model}:{current.Statement.Predicate.Version}; there is nothing to go back to.");
        }

        var digits = version.Split(':')[^1].ToLowerInvariant();
        var meant = earlier.Where(record => digits.Length >= LeastDigits && record.PackageDigest.Hex.StartsWith(digits, StringComparison.Ordinal)).ToList();
        return meant.Select(record => record.PackageDigest).Distinct().Count() == 1
            ? meant[^1]
            : throw new PipelineException(
                ExitCode.Usage,
                $"--to {version}: {(meant.Count == 0 ? $"{policy.Stage} has not run such a version before" : "several versions begin so")}. It ran: {string.Join(", ", earlier.Select(record => record.Statement.Predicate.Version).Distinct())} (at least {LeastDigits} digits). A version that it has not run is promoted, not rolled back to.");
    }

    private async Task<SshSigner> SignerAsync(StagePolicy policy, DecisionOptions options, string scratch, CancellationToken cancellationToken) =>
        await SshSigner.FindAsync(options.SshKey, repositoryRoot, scratch, cancellationToken)
        ?? throw new PipelineException(ExitCode.Usage, $"{Name} of {policy.Stage} needs an SSH key to sign with, and there is none in ~/.ssh or in git's settings. Give one: ./build.sh {Name} --stage {policy.Stage} --ssh-key PATH");

    private string PersonOf(StagePolicy policy, SshSigner signer, AllowedSigners signers)
    {
        var (person, why) = signers.Find(signer.PublicKey(), log.Clock.GetUtcNow());
        return person ?? throw new PipelineException(ExitCode.Refused, $"{Name} with {signer.KeyPath}: {why}. models/{policy.Model}/{policy.Approvals!.Signers} says whose keys count; nothing was recorded.");
    }
}
