using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Signing;

/// <summary>A model package with its signature, and the signed provenance beside its folder.</summary>
/// <param name="Package">The same package as the unsigned one, in a folder of its own that holds model.sig.</param>
/// <param name="SignedProvenancePath">provenance.sigstore.json; null if the package has no provenance.</param>
public sealed record SignedPackage(PackagedModel Package, string? SignedProvenancePath) : IArtifact<SignedPackage>
{
    internal const string PackageFolder = "package";

    public static SignedPackage Load(string directory)
    {
        var provenance = Path.Combine(directory, PackageFiles.SignedProvenance);
        return new SignedPackage(PackageReader.Open(Path.Combine(directory, PackageFolder)), File.Exists(provenance) ? provenance : null);
    }
}
