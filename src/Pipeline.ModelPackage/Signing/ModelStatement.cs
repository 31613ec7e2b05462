using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage.Signing;

/// <summary>What the signature of a model package says: an in-toto Statement v1 with the predicate of OpenSSF model signing v1.0.</summary>
/// <param name="Type">Always <see cref="StatementType"/>.</param>
/// <param name="Subject">Exactly one: the model's name, and the SHA-256 over the raw digests of all resources in their order.</param>
/// <param name="PredicateType">Always <see cref="SignatureType"/>.</param>
/// <param name="Predicate">The files and their digests.</param>
public sealed record ModelStatement(
    [property: JsonPropertyName("_type")] string Type,
    IReadOnlyList<SignedSubject> Subject,
    string PredicateType,
    SignedFiles Predicate)
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string SignatureType = "https://model_signing/signature/v1.0";

    /// <summary>The statement about a package: its manifest and all that it lists, companions left out. The same package always gives the same statement.</summary>
    public static ModelStatement Of(PackagedModel package)
    {
        // By parts of the path, as the reference implementation sorts.
        var resources = package.Manifest.Files.Select(file => (file.Path, file.Sha256))
            .Append((Path: PackageFiles.Manifest, Sha256: package.Digest))
            .OrderBy(file => file.Path.Replace('/', '\0'), StringComparer.Ordinal)
            .Select(file => new SignedFile(file.Path, SignedFile.Sha256, file.Sha256.Hex))
            .ToList();
        var serialization = new SignedSerialization(SignedSerialization.Files, SignedFile.Sha256, AllowSymlinks: false, PackageFiles.Companions);
        return new ModelStatement(StatementType, [new SignedSubject(package.Manifest.Name, new Dictionary<string, string> { [SignedFile.Sha256] = RootDigest(resources) })], SignatureType, new SignedFiles(serialization, resources));
    }

    /// <exception cref="InvalidDataException">The bytes are no such statement, or it contradicts itself.</exception>
    public static ModelStatement Parse(ReadOnlySpan<byte> bytes, string origin)
    {
        var statement = SigningJson.Deserialize(bytes, SigningJson.Plain.ModelStatement, origin);
        var fault = statement switch
        {
            { Type: not StatementType } => $"is of the type '{statement.Type}', not {StatementType}",
            { PredicateType: not SignatureType } => $"is a statement of the type '{statement.PredicateType}', not {SignatureType}",
            { Predicate.Serialization: { Method: not SignedSerialization.Files } or { HashType: not SignedFile.Sha256 } } =>
                $"is over '{statement.Predicate.Serialization.Method}' by {statement.Predicate.Serialization.HashType}; '{SignedSerialization.Files}' by {SignedFile.Sha256} are taken",
            { Subject.Count: not 1 } => "has not one subject",
            _ when statement.Predicate.Resources.FirstOrDefault(file => file.Algorithm != SignedFile.Sha256 || !file.IsWellFormed) is { } file => $"has no SHA-256 of {file.Name}",
            _ when statement.Predicate.Resources.GroupBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice => $"names {twice.Key} twice",
            _ when statement.Subject[0].Digest.GetValueOrDefault(SignedFile.Sha256) != RootDigest(statement.Predicate.Resources) => "has another digest over its files than it says",
            _ => null,
        };
        return fault is null ? statement : throw new InvalidDataException($"{origin} {fault}.");
    }

    /// <summary>As one line.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SigningJson.Plain.ModelStatement);

    private static string RootDigest(IEnumerable<SignedFile> files) => Convert.ToHexStringLower(SHA256.HashData([.. files.SelectMany(file => Convert.FromHexString(file.Digest))]));
}
