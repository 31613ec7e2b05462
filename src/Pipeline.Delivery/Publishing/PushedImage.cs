using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>An image in a registry, whose digest the registry itself has confirmed.</summary>
/// <param name="Reference">Registry and repository.</param>
/// <param name="Tag">The package's version.</param>
/// <param name="Digest">Of the image's manifest: what is promoted and deployed.</param>
/// <param name="PackageDigest">Of the model package inside.</param>
public sealed record PushedImage(ImageReference Reference, string Tag, Digest Digest, Digest PackageDigest) : IArtifact<PushedImage>
{
    private const string File = "push.json";

    public static PushedImage Load(string directory)
    {
        var path = Path.Combine(directory, File);
        return PackageJson.Deserialize<PushedImage>(System.IO.File.ReadAllBytes(path), path);
    }

    public override string ToString() => Reference.WithDigest(Digest);

    internal void Save(string directory) => System.IO.File.WriteAllBytes(Path.Combine(directory, File), PackageJson.Serialize(this));
}
