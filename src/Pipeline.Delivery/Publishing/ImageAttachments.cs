using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>What vouches for an image, put beside it in its registry: bill of materials, provenance, signatures, and the evidence of gates and smoke test.</summary>
/// <param name="log">Says what was attached.</param>
public sealed class ImageAttachments(RunLog log)
{
    /// <summary>Type of the pipeline's own evidence: what judged the model and what tested the image.</summary>
    public const string Evidence = "application/vnd.ml-delivery-pipeline.evidence+json";

    public const string BillOfMaterials = "application/vnd.cyclonedx+json";

    public const string Statement = "application/vnd.in-toto+json";

    public const string SigstoreBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static readonly Dictionary<string, string> NoAnnotations = [];

    /// <summary>Attaches the files that exist. What is attached already is left as it is.</summary>
    /// <param name="reference">The image's repository.</param>
    /// <param name="image">Digest of its manifest.</param>
    /// <param name="files">Names, which decide the type (see <see cref="TypeOf"/>), and paths, which need not exist.</param>
    /// <param name="cancellationToken">Cancelled: some may be attached.</param>
    /// <exception cref="PipelineException">The registry does not answer or refuses.</exception>
    public async Task AttachAsync(ImageReference reference, Digest image, IEnumerable<(string Name, string Path)> files, CancellationToken cancellationToken)
    {
        var present = files.Where(file => File.Exists(file.Path)).DistinctBy(file => file.Name).ToList();
        if (present.Count == 0)
        {
            return;
        }

        var attachments = new List<Attachment>();
        foreach (var (name, path) in present)
        {
            attachments.Add(new Attachment(name, TypeOf(name), await File.ReadAllBytesAsync(path, cancellationToken), NoAnnotations));
        }

        using var client = await RegistryClient.ConnectAsync(reference.Registry, cancellationToken);
        var made = await new Referrers(client).AttachAllAsync(reference, image, attachments, cancellationToken);
        log.Info($"Attached to {reference.WithDigest(image)[..(reference.Name.Length + 20)]}: {string.Join(", ", present.Select(file => file.Name))}{(made == present.Count ? string.Empty : made == 0 ? " (all there before)" : $" ({made} new)")}");
    }

    /// <summary>What a delivery has to attach: the package's own attestations, as far as it has them, and the evidence of its gates and of its smoke test.</summary>
    public static IReadOnlyList<(string Name, string Path)> FilesOf(PackagedModel package, string? signedProvenance, GatePass gatePass, SmokePass smokePass) =>
    [
        (PackageFiles.Bom, package.BomPath),
        (PackageFiles.Signature, package.SignaturePath),
        signedProvenance is { } signed ? (PackageFiles.SignedProvenance, signed) : (PackageFiles.Provenance, package.ProvenancePath),
        ("gate.json", gatePass.VerdictPath),
        (SmokeEvidence.File, smokePass.EvidencePath),
        (OperationsVerdict.File, Path.Combine(Path.GetDirectoryName(smokePass.EvidencePath)!, OperationsVerdict.File)),
    ];

    /// <summary>The media type of a file, by its name.</summary>
    public static string TypeOf(string name) => name switch
    {
        PackageFiles.Signature => SigstoreBundle,
        _ when name.EndsWith(".sigstore.json", StringComparison.Ordinal) => SigstoreBundle,
        _ when name.EndsWith(".cdx.json", StringComparison.Ordinal) => BillOfMaterials,
        _ when name.EndsWith(".intoto.json", StringComparison.Ordinal) => Statement,
        _ => Evidence,
    };
}
