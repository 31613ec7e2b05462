using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage.Signing;

/// <summary>How a signed folder was turned into digests.</summary>
/// <param name="Method">Always <see cref="Files"/>: a digest a file.</param>
/// <param name="HashType">Always <see cref="SignedFile.Sha256"/>.</param>
/// <param name="AllowSymlinks">Whether links were followed; never here.</param>
/// <param name="IgnorePaths">Files that may lie there unsigned.</param>
public sealed record SignedSerialization(
    string Method,
    [property: JsonPropertyName("hash_type")] string HashType,
    [property: JsonPropertyName("allow_symlinks")] bool AllowSymlinks = false,
    [property: JsonPropertyName("ignore_paths")] IReadOnlyList<string>? IgnorePaths = null)
{
    public const string Files = "files";
}
