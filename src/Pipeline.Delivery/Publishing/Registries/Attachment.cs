namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>A file to be kept beside an image in its registry.</summary>
/// <param name="Name">Its file name; the annotation <c>org.opencontainers.image.title</c>.</param>
/// <param name="ArtifactType">Media type of the content.</param>
/// <param name="Content">The bytes, at most <see cref="Referrers.MaximumBytes"/>.</param>
/// <param name="Annotations">More, for the manifest; no times, as the same attachment would then be another each time.</param>
public sealed record Attachment(string Name, string ArtifactType, byte[] Content, IReadOnlyDictionary<string, string> Annotations);
