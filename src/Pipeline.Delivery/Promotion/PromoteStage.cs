using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Freezes;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Provenance;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>
/// delivery package, gate pass, smoke pass → promotion records, stage by stage as far as policy allows. It moves digests and rebuilds nothing. Never cached; promoting what a
/// stage runs already adds no record.
/// </summary>
/// <param name="ledger">Takes the records.</param>
/// <param name="evidence">Keeps what they rest on.</param>
/// <param name="log">Tells what became of it.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
/// <param name="moveTag">Lets the registry's tag of a stage point at an image.</param>
public sealed class PromoteStage(PromotionLedger ledger, EvidenceFiles evidence, RunLog log, string repositoryRoot, Func<ResourceDescriptor, string, CancellationToken, Task> moveTag)
{
    public const string Name = "Promote";

    /// <summary>The policies of stages that ask for something, by stage.</summary>
    public IReadOnlyDictionary<string, StagePolicy> Policies { get; init; } = new Dictionary<string, StagePolicy>();

    /// <param name="definition">Names the stages and what each takes; those from the first on that takes approvals are not this one's.</param>
    /// <param name="delivery">What to promote.</param>
    /// <param name="gatePass">Of the package's model.</param>
    /// <param name="smokePass">Of the package.</param>
    /// <param name="push">Pushes the image when the first stage that takes images is due; null if no registry was named.</param>
    /// <param name="goal">The stage to reach; null to go as far as policy allows.</param>
    /// <param name="cancellationToken">Stops between stages.</param>
    /// <exception cref="PipelineException">The passes are for another package (exit code 2), or the records do not verify (1).</exception>
    public async Task<PromotionOutcome> RunAsync(
        ModelDefinition definition,
        DeliveryPackage delivery,
        GatePass gatePass,
        SmokePass smokePass,
        Func<CancellationToken, Task<PushedImage>>? push,
        string? goal,
        CancellationToken cancellationToken)
    {
        CheckPasses(delivery, gatePass, smokePass);
        using var held = await ledger.LockAsync(cancellationToken);
        var reached = new List<PromotionRecord>();
        PushedImage? pushed = null;
        foreach (var stage in definition.Stages.TakeWhile(stage => stage.Approvals is null))
        {
            var waitsFor = WaitsFor(definition, stage, delivery, gatePass, smokePass, canPush: push is not null);
            if (waitsFor.Count > 0)
            {
                return new PromotionOutcome(reached, stage.Name, waitsFor);
            }

            if (stage.Image)
            {
                pushed ??= Check(await push!(cancellationToken), delivery);
            }

            reached.Add(await PromoteAsync(definition, stage, reached.LastOrDefault(), delivery, gatePass, smokePass, pushed, cancellationToken));
            if (stage.Name == goal)
            {
                break;
            }
        }

        return new PromotionOutcome(reached, null, []);
    }

    private static void CheckPasses(DeliveryPackage delivery, GatePass gatePass, SmokePass smokePass)
    {
        var model = delivery.Package.Manifest.Files.Single(file => file.Path == PackageFiles.Onnx).Sha256;
        if (gatePass.ModelDigest != model)
        {
            throw new PipelineException(ExitCode.Refused, $"The gates passed model {gatePass.ModelDigest}; package {delivery.Package} holds {model}. Run ./build.sh Gate again.");
        }

        if (smokePass.PackageDigest != delivery.Package.Digest)
        {
            throw new PipelineException(ExitCode.Refused, $"The smoke test passed package {smokePass.PackageDigest}, this is {delivery.Package.Digest}. Run ./build.sh SmokeTest again.");
        }
    }

    private static PushedImage Check(PushedImage pushed, DeliveryPackage delivery) => pushed.PackageDigest == delivery.Package.Digest
        ? pushed
        : throw new PipelineException(ExitCode.Refused, $"The image {pushed} holds package {pushed.PackageDigest}, this is {delivery.Package.Digest}. Run ./build.sh Push again.");

    private List<string> WaitsFor(ModelDefinition definition, PromotionStageSettings stage, DeliveryPackage delivery, GatePass gatePass, SmokePass smokePass, bool canPush)
    {
        var reasons = new List<string>();
        if (stage.Image && delivery.Image is null)
        {
            reasons.Add($"an image: {delivery.WhyNoImage}");
        }

        if (stage.Image && !canPush)
        {
            reasons.Add("the image in a registry: run ./build.sh Promote --registry HOST:PORT");
        }

        var policy = Policies.GetValueOrDefault(stage.Name);
        if (policy?.Approvals is not null)
        {
            reasons.Add($"approvals of what the stage before it runs, by the policy in force; {ModelDefinition.FileName} here asks for none: restore them there, then ./build.sh Promote --stage {stage.Name}");
        }

        if (policy is not null && new FreezeCalendar(policy.Freezes).At(log.Clock.GetUtcNow()) is { } freeze && ledger.Current(stage.Name)?.PackageDigest != delivery.Package.Digest)
        {
            reasons.Add($"the end of a freeze: {stage.Name} is {freeze}");
        }

        if (ledger.Current(stage.Name) is { } champion
            && champion.PackageDigest != delivery.Package.Digest
            && !(IsAmong(gatePass.Verdict.ComparedWith, champion) && (!OperationsInputs.Compares(definition) || IsAmong(smokePass.Operations.ComparedWith, champion))))
        {
            reasons.Add($"gates against its champion {champion.PackageDigest.Abbreviated}: run ./build.sh Promote --stage {stage.Name}");
        }

        return reasons;
    }

    private static bool IsAmong(IReadOnlyDictionary<string, Digest> compared, PromotionRecord champion) =>
        compared.TryGetValue(champion.Statement.Predicate.Stage, out var digest) && digest == champion.PackageDigest;

    private async Task<PromotionRecord> PromoteAsync(
        ModelDefinition definition,
        PromotionStageSettings stage,
        PromotionRecord? from,
        DeliveryPackage delivery,
        GatePass gatePass,
        SmokePass smokePass,
        PushedImage? pushed,
        CancellationToken cancellationToken)
    {
        var subjects = new List<ResourceDescriptor> { ResourceDescriptor.Of(definition.Name, delivery.Package.Digest) };
        if (stage.Image)
        {
            subjects.Add(ResourceDescriptor.Of(pushed!.Reference.ToString(), pushed.Digest));
        }

        if (ledger.Current(stage.Name) is { } current && StageRecord.SameSubjects(current.Subject, subjects) && !IsJudgedAnew(current, definition, gatePass))
        {
            log.Info($"{Name}: {stage.Name} runs {delivery.Package} already (record {current.Statement.Predicate.Sequence:0000}); nothing to do");
            await MoveTagAsync(current, cancellationToken);
            return current;
        }

        var workingCopy = await WorkingCopy.ReadAsync(repositoryRoot, cancellationToken);
        var predicate = new PromotionPredicate(
            definition.Name,
            stage.Name,
            from?.Statement.Predicate.Stage,
            Sequence: 0,
            Previous: null,
            delivery.Package.Version,
            log.Clock.GetUtcNow(),
            workingCopy.Person,
            workingCopy.Commit,
            gatePass.ModelDigest.Hex,
            [.. ImageAttachments.FilesOf(delivery.Package, delivery.SignedProvenancePath, gatePass, smokePass).Where(file => File.Exists(file.Path)).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => evidence.Keep(file.Name, file.Path))])
        {
            TrainedBy = PackageProvenance.TryReadPerson(delivery.Package),
            ComparedWith = new SortedDictionary<string, Digest>(gatePass.Verdict.ComparedWith.ToDictionary(), StringComparer.Ordinal),
            Policy = Policies.GetValueOrDefault(stage.Name),
        };
        var record = ledger.Append(predicate, subjects);
        log.Info($"{Name}: {stage.Name} runs {delivery.Package} now: {Path.GetRelativePath(repositoryRoot, record.Path)}");
        await MoveTagAsync(record, cancellationToken);
        return record;
    }

    /// <summary>True if a stage after this one runs something else than when this record was made, and the gates have compared with that now: whoever approves needs the newer verdict.</summary>
    private bool IsJudgedAnew(PromotionRecord current, ModelDefinition definition, GatePass gatePass)
    {
        var next = definition.Stages.SkipWhile(stage => stage.Name != current.Header.Stage).Skip(1).FirstOrDefault();
        return next?.Approvals is not null
            && ledger.Current(next.Name) is { } champion
            && IsAmong(gatePass.Verdict.ComparedWith, champion)
            && !IsAmong(current.Statement.Predicate.ComparedWith, champion);
    }

    private Task MoveTagAsync(PromotionRecord record, CancellationToken cancellationToken) =>
        record.Image is { } image ? moveTag(image, record.Header.Stage, cancellationToken) : Task.CompletedTask;
}
