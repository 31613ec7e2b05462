using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>An image of Debian packages that the service's image can be built on: C library, C++ runtime, OpenSSL, CA certificates; no shell, no package manager.</summary>
/// <param name="Reference">Its local name, <c>pipeline-base:version</c>.</param>
/// <param name="ImageId">Digest of its configuration: the same packages give the same one.</param>
/// <param name="Size">Bytes, unpacked.</param>
/// <param name="Packages">File names of the packages in it.</param>
public sealed record BaseImage(string Reference, string ImageId, long Size, IReadOnlyList<string> Packages) : IArtifact<BaseImage>
{
    private const string File = "base-image.json";

    public static BaseImage Load(string directory)
    {
        var path = Path.Combine(directory, File);
        return PackageJson.Deserialize<BaseImage>(System.IO.File.ReadAllBytes(path), path);
    }

    internal void Save(string directory) => System.IO.File.WriteAllBytes(Path.Combine(directory, File), PackageJson.Serialize(this));
}
