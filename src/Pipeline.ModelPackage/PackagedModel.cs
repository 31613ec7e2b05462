namespace Pipeline.ModelPackage;

/// <summary>A model package on disk whose files have been checked against its manifest.</summary>
/// <param name="Directory">The package's folder.</param>
/// <param name="Manifest">The manifest's content.</param>
/// <param name="Digest">Digest of manifest.json's bytes.</param>
public sealed record PackagedModel(string Directory, Manifest Manifest, Digest Digest)
{
    /// <summary>The digest's first 12 hex digits: the same content is the same version, whoever builds it and whenever.</summary>
    public string Version => Digest.Abbreviated;

    /// <summary>Digest of reference.json; null if the package has none, as early packages don't.</summary>
    public Digest? ReferenceDigest => Manifest.Files.FirstOrDefault(file => file.Path == PackageFiles.Reference)?.Sha256;

    public string OnnxPath => Path.Combine(Directory, PackageFiles.Onnx);

    public string BomPath => Path.Combine(Directory, PackageFiles.Bom);

    /// <summary>Where the provenance lies, if there is one.</summary>
    public string ProvenancePath => Path.Combine(Directory, PackageFiles.Provenance);

    /// <summary>Where the signature lies, if there is one.</summary>
    public string SignaturePath => Path.Combine(Directory, PackageFiles.Signature);

    /// <summary>What an image or a bundle takes along, relative to the folder, in ordinal order: the manifest, what it lists, and the signature if there is one. Not the provenance, which is another each time.</summary>
    public IReadOnlyList<string> ShippedFiles =>
        [.. Manifest.Files.Select(file => file.Path).Append(PackageFiles.Manifest).Concat(IsSigned ? [PackageFiles.Signature] : []).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What <see cref="ShippedFiles"/> hold, for keys of what is made from them: the package's digest, and that of the signature if there is one.</summary>
    public string ShippedDigest => IsSigned ? $"{Digest}, {PackageFiles.Signature} {ModelPackage.Digest.OfFile(SignaturePath)}" : Digest.ToString();

    /// <summary>Whether there is a signature; whether it holds is for <see cref="Signing.ModelSignature"/> to say.</summary>
    public bool IsSigned => File.Exists(SignaturePath);

    /// <summary>Name and version, as people and image tags write it.</summary>
    public override string ToString() => $"{Manifest.Name}:{Version}";
}
