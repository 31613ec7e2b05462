namespace Pipeline.Delivery.Images;

/// <summary>Labels of images and containers. Those of the OCI are defined there; the others have a prefix of our own, as the OCI's is reserved.</summary>
internal static class ImageLabels
{
    public const string Title = "org.opencontainers.image.title";
    public const string Version = "org.opencontainers.image.version";
    public const string Revision = "org.opencontainers.image.revision";
    public const string BaseName = "org.opencontainers.image.base.name";
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    public const string PackageDigest = "io.pipeline.package.digest";
    public const string ModelDigest = "io.pipeline.model.digest";
    public const string ServiceDigest = "io.pipeline.service.digest";
    public const string BaseId = "io.pipeline.base.id";

    /// <summary>On a container: which process tests it. See <c>SmokeTests/ContainerOwner</c>.</summary>
    public const string SmokeTest = "io.pipeline.smoke-test";

    /// <summary>On a container: the machine that the owner runs on, as an engine may serve several.</summary>
    public const string SmokeTestHost = "io.pipeline.smoke-test.host";
}
