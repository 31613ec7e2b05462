namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>Media types of the OCI's image and distribution specifications 1.1, and of Docker's own, which came before them.</summary>
internal static class OciMediaTypes
{
    public const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string ImageIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string EmptyConfig = "application/vnd.oci.empty.v1+json";

    /// <summary>All that a manifest may be: a registry that is asked for less may convert it, which changes its digest.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [ImageManifest, ImageIndex, DockerManifest, DockerManifestList];
}
