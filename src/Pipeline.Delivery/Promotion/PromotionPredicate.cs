namespace Pipeline.Delivery.Promotion;

/// <summary>What a promotion record says beside its subjects.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Stage">The stage that the subjects were promoted to.</param>
/// <param name="FromStage">The stage they came from; null for the first stage.</param>
/// <param name="Sequence">1, 2, 3, … within the stage; also the record's file name.</param>
/// <param name="Previous">SHA-256, in hex digits, of the bytes of the stage's previous record; null for the first.</param>
/// <param name="Version">The package's version.</param>
/// <param name="PromotedAt">When.</param>
/// <param name="PromotedBy">Who: a person or a CI job.</param>
/// <param name="Commit">The commit that was checked out, with <c>-dirty</c> if files had changed; null outside git.</param>
/// <param name="ModelDigest">SHA-256, in hex digits, of model.onnx.</param>
/// <param name="Evidence">What the promotion rests on: gate verdict, smoke test.</param>
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
    IReadOnlyList<ResourceDescriptor> Evidence);
