namespace Pipeline.Delivery.Images;

/// <summary>What an image is built with besides the package and the service.</summary>
/// <param name="BaseImage">Image to build on; null for the local one of the BaseImage target, or else the Dockerfile's default.</param>
/// <param name="Revision">The commit, for a label; null if there is none.</param>
public sealed record ImageSettings(string? BaseImage, string? Revision)
{
    /// <summary>Where the image will be pushed, <c>host[:port][/path]</c>, and is looked for; null if nowhere.</summary>
    public string? Registry { get; init; }
}
