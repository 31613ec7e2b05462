using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>What a promotion record, also one of a rollback, says beside its subjects.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Stage">The stage that the subjects were promoted to.</param>
/// <param name="FromStage">The stage they came from; null for the first stage and for a rollback.</param>
/// <param name="Sequence">1, 2, 3, … within the stage; also the record's file name.</param>
/// <param name="Previous">SHA-256, in hex digits, of the bytes of the stage's previous record; null for the first.</param>
/// <param name="Version">The package's version.</param>
/// <param name="PromotedAt">When.</param>
/// <param name="PromotedBy">Who: a person or a CI job.</param>
/// <param name="Commit">The commit that the package was made from, with <c>-dirty</c> if files had changed; null outside git.</param>
/// <param name="ModelDigest">SHA-256, in hex digits, of model.onnx.</param>
/// <param name="Evidence">What the promotion rests on: gate verdict, smoke test, bill of materials.</param>
public sealed record PromotionPredicate(
    string Model,
    string Stage,
    string? FromStage,
    int Sequence,
    string? Previous,
    string Version,
    DateTimeOffset PromotedAt,
    string PromotedBy,
    string? Commit,
    string ModelDigest,
    IReadOnlyList<ResourceDescriptor> Evidence) : IStagePredicate
{
    /// <summary>The champions that the gates compared with, by stage: digests of their packages.</summary>
    public IReadOnlyDictionary<string, Digest> ComparedWith { get; init; } = new Dictionary<string, Digest>();

    /// <summary>Who ran the training; null where that is not known.</summary>
    public string? TrainedBy { get; init; }

    /// <summary>The record of the stage before that this one rests on; null for what a run made itself.</summary>
    public ResourceDescriptor? FromRecord { get; init; }

    /// <summary>The stage's policy then in force; null if it asked for nothing.</summary>
    public StagePolicy? Policy { get; init; }

    /// <summary>The records of approvals that it rests on.</summary>
    public IReadOnlyList<ResourceDescriptor> Approvals { get; init; } = [];

    /// <summary>Reviews of a GitHub deployment, whether or not they count.</summary>
    public IReadOnlyList<DeploymentReview> Reviews { get; init; } = [];

    /// <summary>Who could not approve it, and why.</summary>
    public IReadOnlyList<BarredPerson> Barred { get; init; } = [];

    /// <summary>True if the stage was set back to what it had run before.</summary>
    public bool IsRollback { get; init; }

    /// <summary>Why, for a rollback.</summary>
    public string? Reason { get; init; }
}
