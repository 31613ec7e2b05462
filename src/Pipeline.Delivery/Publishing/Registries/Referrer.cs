using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>A file that a registry keeps beside an image.</summary>
/// <param name="Manifest">Digest of the manifest that ties it to the image.</param>
/// <param name="ArtifactType">Media type, as the manifest says.</param>
/// <param name="Name">File name; null if none was given.</param>
/// <param name="Content">Digest of the bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record Referrer(Digest Manifest, string ArtifactType, string? Name, Digest Content, long Size);
