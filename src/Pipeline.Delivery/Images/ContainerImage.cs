using System.Text.Json.Serialization;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>An image in the local Docker engine: the service with one model package.</summary>
/// <param name="ImageId">Digest of its configuration, <c>sha256:…</c>.</param>
/// <param name="ModelName">The model's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="PackageDigest">Digest of the package inside.</param>
/// <param name="ModelDigest">Digest of the ONNX file inside.</param>
/// <param name="BaseImage">What it is built on, by name.</param>
public sealed record ContainerImage(string ImageId, string ModelName, string Version, Digest PackageDigest, Digest ModelDigest, string BaseImage) : IArtifact<ContainerImage>
{
    private const string File = "image.json";

    /// <summary>Its local name, <c>model:version</c>.</summary>
    [JsonIgnore]
    public string Tag => $"{ModelName}:{Version}";

    public static ContainerImage Load(string directory)
    {
        var path = Path.Combine(directory, File);
        return PackageJson.Deserialize<ContainerImage>(System.IO.File.ReadAllBytes(path), path);
    }

    internal void Save(string directory) => System.IO.File.WriteAllBytes(Path.Combine(directory, File), PackageJson.Serialize(this));
}
