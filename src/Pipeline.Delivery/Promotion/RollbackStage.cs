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
    /// <param name="version">The digits of a version that the stage has run; null for the one before. If it is the one that it runs, the registry's tag alone is moved.</param>
    /// <param name="options">How the person answers.</param>
    /// <param name="cancellationToken">Stops before the record.</param>
    /// <exception cref="PipelineException">Exit code 64: the stage never ran such a version, or there is no reason or key; 2: the key is nobody's who may sign.</exception>
    public async Task<PromotionRecord> RunAsync(StagePolicy policy, string? version, DecisionOptions options, CancellationToken cancellationToken)
    {
        var promotions = ledger.Records(policy.Stage).OfType<PromotionRecord>().ToList();
        var target = Find(policy, promotions, version);
        if (ReferenceEquals(target, promotions[^1]))
        {
            log.Info($"{Name}: {policy.Stage} runs {target.Statement.Predicate.Model}:{target.Statement.Predicate.Version} already ({target.Descriptor.Name}); nothing to record");
            await MoveTagAsync(target, cancellationToken);
            return target;
        }

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
            PromotedAt = Later(log.Clock.GetUtcNow(), current.PromotedAt),
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
        var bytes = signer is null ? payload : PackageJson.Serialize(await signer.SignAsync(payload, AllowedSigners.RollbackNamespace, scratch.Path, cancellationToken));
        var record = (PromotionRecord)ledger.Add(policy.Stage, sequence, bytes);
        log.Info($"{Name}: {policy.Stage} runs {to.Model}:{to.Version} again: {Path.GetRelativePath(repositoryRoot, record.Path)}. Commit it: git add models/{to.Model}/stages && git commit");
        await MoveTagAsync(record, cancellationToken);
        return record;
    }

    // Who has an incident does not wait for clocks to agree; records are in the order of their dates all the same.
    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private Task MoveTagAsync(PromotionRecord record, CancellationToken cancellationToken) => record.Image is { } image ? moveTag(image, record.Header.Stage, cancellationToken) : Task.CompletedTask;

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
            return Before(promotions) ?? throw new PipelineException(
                ExitCode.Usage,
                earlier.Count == 0 ? $"{policy.Stage} has run nothing but {policy.Model}:{current.Statement.Predicate.Version}; there is nothing to go back to."
                    : $"{policy.Stage} was set back to {policy.Model}:{current.Statement.Predicate.Version} already, and ran nothing before that. To set it to a later version, name it: --to {earlier[^1].Statement.Predicate.Version}");
        }

        var digits = version.Split(':')[^1].ToLowerInvariant();
        var meant = earlier.Where(record => digits.Length >= LeastDigits && record.PackageDigest.Hex.StartsWith(digits, StringComparison.Ordinal)).ToList();
        if (meant.Count == 0 && digits.Length >= LeastDigits && current.PackageDigest.Hex.StartsWith(digits, StringComparison.Ordinal))
        {
            return current;
        }

        return meant.Select(record => record.PackageDigest).Distinct().Count() == 1
            ? meant[^1]
            : throw new PipelineException(
                ExitCode.Usage,
                $"--to {version}: {(meant.Count == 0 ? $"{policy.Stage} has not run such a version before" : "several versions begin so")}. It ran: {string.Join(", ", earlier.Select(record => record.Statement.Predicate.Version).Distinct())} (at least {LeastDigits} digits). A version that it has not run is promoted, not rolled back to.");
    }

    /// <summary>What a stage goes back to if no version is named; null if there is nothing.</summary>
    /// <param name="promotions">Of the stage, in order; at least one.</param>
    internal static PromotionRecord? Before(List<PromotionRecord> promotions) =>
        promotions.Take(PlaceOf(promotions)).LastOrDefault(record => !StageRecord.SameSubjects(record.Subject, promotions[^1].Subject));

    /// <summary>Where what runs now was promoted. What a rollback went back from comes after that: to run that again is no way back.</summary>
    private static int PlaceOf(List<PromotionRecord> promotions)
    {
        var place = promotions.Count - 1;
        while (promotions[place].Statement.Predicate is { IsRollback: true, FromRecord: { } target }
            && promotions.FindIndex(record => record.FileDigest == target.Sha256()) is >= 0 and var earlier
            && earlier < place)
        {
            place = earlier;
        }

        return place;
    }

    private async Task<SshSigner> SignerAsync(StagePolicy policy, DecisionOptions options, string scratch, CancellationToken cancellationToken) =>
        await SshSigner.FindAsync(options.SshKey, repositoryRoot, scratch, cancellationToken)
        ?? throw new PipelineException(ExitCode.Usage, $"{Name} of {policy.Stage} needs an SSH key to sign with, and there is none in ~/.ssh or in git's settings. Give one: ./build.sh {Name} --stage {policy.Stage} --ssh-key PATH");

    private string PersonOf(StagePolicy policy, SshSigner signer, AllowedSigners signers)
    {
        var (person, why) = signers.Find(signer.PublicKey(), log.Clock.GetUtcNow(), AllowedSigners.RollbackNamespace);
        return person ?? throw new PipelineException(ExitCode.Refused, $"{Name} with {signer.KeyPath}: {why}. models/{policy.Model}/{policy.Approvals!.Signers} says whose keys count; nothing was recorded.");
    }
}
