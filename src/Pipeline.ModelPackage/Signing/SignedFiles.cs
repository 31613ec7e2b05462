namespace Pipeline.ModelPackage.Signing;

/// <summary>The predicate of OpenSSF model signing.</summary>
/// <param name="Serialization">How the files were turned into digests.</param>
/// <param name="Resources">Every file, ordered by the parts of its path.</param>
public sealed record SignedFiles(SignedSerialization Serialization, IReadOnlyList<SignedFile> Resources);
