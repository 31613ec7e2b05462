namespace Pipeline.Benchmarks.Hostile;

/// <summary>A body that is right, with where it goes.</summary>
/// <param name="Path">The route.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">The body.</param>
/// <param name="JsonLength">Bytes of the JSON part of a body with binary tensors; null for other bodies.</param>
public sealed record ValidBody(string Path, string ContentType, byte[] Bytes, int? JsonLength = null);
