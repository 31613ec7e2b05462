namespace Pipeline.ModelPackage;

/// <summary>One file of a model package.</summary>
/// <param name="Path">Relative to the package, with forward slashes.</param>
/// <param name="Sha256">Digest of the file's bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record PackageFile(string Path, Digest Sha256, long Size);
