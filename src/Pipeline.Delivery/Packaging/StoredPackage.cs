using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>A model package in the store, checked against its manifest.</summary>
/// <param name="Package">The package.</param>
public sealed record StoredPackage(PackagedModel Package) : IArtifact<StoredPackage>, IReproducible
{
    internal const string PackageFolder = "package";

    string IReproducible.Fingerprint => Package.Digest.ToString();

    public static StoredPackage Load(string directory) => new(PackageReader.Open(Path.Combine(directory, PackageFolder)));
}
