using System.Text.Json.Serialization;
using Pipeline.Delivery.Approvals;

namespace Pipeline.Delivery.Promotion;

/// <summary>What a signed approval or rejection says beside its subjects. It is for the one place in the stage's chain that it stands in: moved anywhere else it says nothing.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Stage">The stage that is decided on.</param>
/// <param name="FromStage">The stage that runs the subjects.</param>
/// <param name="FromRecord">That stage's record: what was decided on.</param>
/// <param name="Sequence">1, 2, 3, … within the stage; also the record's file name.</param>
/// <param name="Previous">SHA-256, in hex digits, of the bytes of the stage's previous record; null for the first.</param>
/// <param name="Version">The package's version.</param>
/// <param name="ModelDigest">SHA-256, in hex digits, of model.onnx.</param>
/// <param name="Decision">Yes or no.</param>
/// <param name="DecidedBy">Who; the signature must be by this person's key.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="NotBefore">An approval holds from here.</param>
/// <param name="NotAfter">It holds to here, this instant not included.</param>
/// <param name="PolicyDigest">SHA-256, in hex digits, of the policy that it was given under.</param>
/// <param name="Evidence">What was looked at: that of the record, by name and digest.</param>
/// <param name="ShownDigest">SHA-256, in hex digits, of the text that the person was shown.</param>
public sealed record DecisionPredicate(
    string Model,
    string Stage,
    string FromStage,
    ResourceDescriptor FromRecord,
    int Sequence,
    string? Previous,
    string Version,
    string ModelDigest,
    [property: JsonConverter(typeof(JsonStringEnumConverter<Decision>))] Decision Decision,
    string DecidedBy,
    DateTimeOffset DecidedAt,
    string Reason,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string PolicyDigest,
    IReadOnlyList<ResourceDescriptor> Evidence,
    string ShownDigest) : IStagePredicate
{
    /// <summary>The last drift check that was at hand; null if there was none.</summary>
    public DriftEvidence? Drift { get; init; }
}
