namespace Pipeline.Delivery.Images;

/// <summary>
/// Labels of images and containers. Those of the OCI are defined there; the others have a prefix of our own, as the OCI's is reserved. There is no <c>created</c>: labels are part of
/// the image's digest, and a time would make every build another image.
/// </summary>
internal static class ImageLabels
{
    public const string Title = "org.opencontainers.image.title";
    public const string Version = "org.opencontainers.image.version";
    public const string Revision = "org.opencontainers.image.revision";
    public const string BaseName = "org.opencontainers.image.base.name";
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    public const string Description = "org.opencontainers.image.description";

    /// <summary>Digest of all that decides the image's content: package, service, base image, Dockerfile. Two images with one key differ in times and commit at most.</summary>
    public const string Key = "io.pipeline.image.key";

    public const string PackageDigest = "io.pipeline.package.digest";
    public const string ModelDigest = "io.pipeline.model.digest";
    public const string ServiceDigest = "io.pipeline.service.digest";
    public const string BaseId = "io.pipeline.base.id";

    /// <summary>On a container: which process tests it. See <c>SmokeTests/ContainerOwner</c>.</summary>
    public const string SmokeTest = "io.pipeline.smoke-test";

    /// <summary>On a container: the machine that the owner runs on, as an engine may serve several.</summary>
    public const string SmokeTestHost = "io.pipeline.smoke-test.host";
}
