namespace Pipeline.Delivery.Images;

/// <summary>An image as the Docker engine knows it.</summary>
/// <param name="Id">Digest of its configuration, <c>sha256:…</c>.</param>
/// <param name="Tags">Its names.</param>
/// <param name="RepositoryDigests">Its names by digest in the registries that it was pulled from or pushed to.</param>
/// <param name="Size">Bytes, unpacked.</param>
/// <param name="Labels">Its labels.</param>
public sealed record EngineImage(string Id, IReadOnlyList<string> Tags, IReadOnlyList<string> RepositoryDigests, long Size, IReadOnlyDictionary<string, string> Labels);
