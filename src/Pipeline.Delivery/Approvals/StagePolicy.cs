using System.Text.Json.Serialization;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>What a stage asks of a promotion, with the keys of those who may approve: all that is needed to check one later, on any machine.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Stage">The stage's.</param>
/// <param name="Image">Whether it takes images only.</param>
/// <param name="Approvals">Who must approve; null if nobody must.</param>
/// <param name="Freezes">When it is closed.</param>
/// <param name="Signers">The text of the file of allowed signers; empty if there is none.</param>
/// <param name="Revoked">The text of the file of revoked keys; likewise.</param>
public sealed record StagePolicy(string Model, string Stage, bool Image, ApprovalSettings? Approvals, IReadOnlyList<FreezeSettings> Freezes, string Signers, string Revoked)
{
    /// <summary>Over all of it, so that a changed key is a changed policy.</summary>
    [JsonIgnore]
    public Digest Digest => Digest.Of(PackageJson.Serialize(this));

    /// <summary>True if it asks for nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => Approvals is null && Freezes.Count == 0;

    /// <summary>Whose signatures count.</summary>
    /// <exception cref="Engine.PipelineException">Exit code 64: lines of the files are at fault.</exception>
    public AllowedSigners ReadSigners() => AllowedSigners.Parse(Signers, Revoked, Approvals?.Signers ?? ApprovalSettings.DefaultSigners);

    /// <param name="definition">Whose stage it is.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="read">Reads a file beside model.yaml by its name; null if there is none.</param>
    public static StagePolicy Of(ModelDefinition definition, PromotionStageSettings stage, Func<string, string?> read) => new(
        definition.Name,
        stage.Name,
        stage.Image,
        stage.Approvals,
        stage.Freezes,
        stage.Approvals is { } rules ? read(rules.Signers)?.ReplaceLineEndings("\n") ?? string.Empty : string.Empty,
        stage.Approvals is { } same ? read(same.Signers + AllowedSigners.RevokedSuffix)?.ReplaceLineEndings("\n") ?? string.Empty : string.Empty);
}
