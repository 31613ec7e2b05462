using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>A SHA-256 digest, written <c>sha256:</c> and 64 lower-case hex digits.</summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest
{
    private const string Prefix = "sha256:";

    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>The 64 hex digits, without the algorithm.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("An empty digest has no value.");

    /// <summary>The first 12 hex digits: enough for people, never for a comparison.</summary>
    public string Abbreviated => Hex[..12];

    /// <summary>True for <c>default</c>, which stands for no digest.</summary>
    public bool IsEmpty => _hex is null;

    public static Digest Of(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)));

    public static Digest OfText(string text) => Of(Encoding.UTF8.GetBytes(text));

    public static Digest OfFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return new(Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <exception cref="FormatException">The text is not <c>sha256:</c> and 64 lower-case hex digits.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a digest (sha256: and 64 lower-case hex digits).");

    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var hex = text[Prefix.Length..];
        if (hex.Any(c => !char.IsAsciiHexDigitLower(c)))
        {
            return false;
        }

        digest = new Digest(hex);
        return true;
    }

    public override string ToString() => _hex is null ? "(none)" : Prefix + _hex;
}
