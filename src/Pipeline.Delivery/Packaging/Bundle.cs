using Pipeline.Engine;

namespace Pipeline.Delivery.Packaging;

/// <summary>Service and model package in one archive that runs on any machine of its runtime identifier, with no Docker engine and no .NET installed.</summary>
/// <param name="Path">The tar.gz.</param>
public sealed record Bundle(string Path) : IArtifact<Bundle>
{
    public static Bundle Load(string directory) => new(Directory.EnumerateFiles(directory, "*.tar.gz").Single());
}
