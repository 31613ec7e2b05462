using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>What may be promoted to a stage: what the stage before runs.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="From">The record of the stage before.</param>
/// <param name="Current">What the stage runs; null if nothing.</param>
/// <param name="Decisions">What people have said since.</param>
public sealed record ReleaseCandidate(PromotionStageSettings Stage, PromotionRecord From, PromotionRecord? Current, IReadOnlyList<DecisionRecord> Decisions)
{
    /// <summary>For people: <c>flight-delay:0123456789ab</c>.</summary>
    public string Name => $"{From.Statement.Predicate.Model}:{From.Statement.Predicate.Version}";

    /// <summary>True if the stage runs it already.</summary>
    public bool Runs => Current is not null && StageRecord.SameSubjects(Current.Subject, Subject);

    /// <summary>The package, and the image where the stage takes one.</summary>
    public IReadOnlyList<ResourceDescriptor> Subject => Stage.Image ? From.Subject : [From.Subject[0]];

    /// <summary>The number of the stage's next record, as long as nobody adds another.</summary>
    public int NextSequence => (Decisions is [.., var last] ? last.Header.Sequence : Current?.Header.Sequence ?? 0) + 1;

    /// <summary>Why its gates say nothing of what the stage runs now; null if they do.</summary>
    public string? WhyNotCompared
    {
        get
        {
            if (Current is null || Current.PackageDigest == From.PackageDigest)
            {
                return null;
            }

            var compared = From.Statement.Predicate.ComparedWith.TryGetValue(Stage.Name, out var digest) ? digest : (Digest?)null;
            return compared == Current.PackageDigest
                ? null
                : $"gates against {Current.PackageDigest.Abbreviated}, which {Stage.Name} runs: {From.Descriptor.Name} rests on gates {(compared is { } other ? $"against {other.Abbreviated}" : "that compared with nothing of it")}; run ./build.sh Promote --stage {From.Statement.Predicate.Stage} again";
        }
    }

    /// <exception cref="PipelineException">Exit code 2: the stage before runs nothing, or no image where one is needed.</exception>
    public static ReleaseCandidate Find(ModelDefinition definition, PromotionStageSettings stage, PromotionLedger ledger)
    {
        var before = definition.Stages[definition.Stages.ToList().IndexOf(stage) - 1];
        var from = ledger.Current(before.Name)
            ?? throw new PipelineException(ExitCode.Refused, $"{stage.Name} takes what {before.Name} runs, and {before.Name} runs nothing of {definition.Name} yet. Run ./build.sh Promote --stage {before.Name}{(before.Image ? " --registry HOST:PORT" : string.Empty)} first.");
        if (stage.Image && from.Image is null)
        {
            throw new PipelineException(ExitCode.Refused, $"{stage.Name} takes images, and {from.Descriptor.Name} has none. Run ./build.sh Promote --stage {before.Name} --registry HOST:PORT.");
        }

        var records = ledger.Records(stage.Name);
        var decisions = records.Reverse().TakeWhile(record => record is not PromotionRecord).OfType<DecisionRecord>().Reverse().ToList();
        return new ReleaseCandidate(stage, from, records.OfType<PromotionRecord>().LastOrDefault(), decisions);
    }
}
