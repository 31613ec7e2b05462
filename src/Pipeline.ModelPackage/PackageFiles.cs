namespace Pipeline.ModelPackage;

/// <summary>Names of the files of a model package.</summary>
public static class PackageFiles
{
    public const string Manifest = "manifest.json";
    public const string Onnx = "model.onnx";
    public const string Golden = "golden.json";
    public const string ModelCard = "model-card.md";

    /// <summary>What the model had to fulfil; early packages have none.</summary>
    public const string Gates = "gates.json";

    /// <summary>What the rows of training looked like; early packages have none.</summary>
    public const string Reference = "reference.json";

    /// <summary>What the model consists of, as a CycloneDX ML-BOM; early packages have none.</summary>
    public const string Bom = "bom.cdx.json";

    /// <summary>Who made the package, when and from what: an in-toto statement with SLSA provenance. A companion: it lies beside the listed files and is not shipped.</summary>
    public const string Provenance = "provenance.intoto.json";

    /// <summary>The provenance in a signed envelope; it lies beside the package's folder, not in it.</summary>
    public const string SignedProvenance = "provenance.sigstore.json";

    /// <summary>The signature over every listed file and the manifest, in the form of OpenSSF model signing. A companion, which is shipped.</summary>
    public const string Signature = "model.sig";

    /// <summary>Files that may lie in a package's folder though no manifest lists them: what they say comes after the manifest, or depends on when it was made.</summary>
    public static IReadOnlyList<string> Companions { get; } = [Signature, Provenance];
}
