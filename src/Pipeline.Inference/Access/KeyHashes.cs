using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Inference.Access;

/// <summary>The API keys that are let in, as SHA-256 digests: the keys themselves are in no field, no log and no dump. Immutable.</summary>
public sealed class KeyHashes
{
    /// <summary>Shorter keys could be guessed; 16 random letters and digits cannot.</summary>
    public const int MinLength = 16;

    /// <summary>Nobody's key is longer; it bounds what a request can have hashed.</summary>
    public const int MaxLength = 256;

    private readonly byte[][] _hashes;

    private KeyHashes(byte[][] hashes) => _hashes = hashes;

    public static KeyHashes None { get; } = new([]);

    public int Count => _hashes.Length;

    /// <summary>Reads a list of keys; blank entries don't count.</summary>
    /// <param name="text">The list.</param>
    /// <param name="separator">A comma or a line feed.</param>
    /// <param name="origin">The variable or file, for messages, which never show a key.</param>
    /// <exception cref="InvalidDataException">There is no key, or one is too short, too long, or has a character that no header can carry.</exception>
    public static KeyHashes Parse(string text, char separator, string origin)
    {
        var keys = text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (keys.Length == 0)
        {
            throw new InvalidDataException($"{origin} holds no key; leave it out to serve everybody.");
        }

        for (var index = 0; index < keys.Length; index++)
        {
            if (FaultOf(keys[index]) is { } fault)
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{origin}: key {index + 1} of {keys.Length} {fault}."));
            }
        }

        return new KeyHashes([.. keys.Distinct(StringComparer.Ordinal).Select(key => SHA256.HashData(Encoding.ASCII.GetBytes(key)))]);
    }

    public KeyHashes With(KeyHashes others) => new([.. _hashes, .. others._hashes]);

    /// <summary>Whether the key is one of them. Takes the same time wherever and whether it differs.</summary>
    public bool Contains(ReadOnlySpan<char> key)
    {
        if (key.Length is < MinLength or > MaxLength || !Ascii.IsValid(key))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MaxLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(key, bytes)], hash);

        // To the end, so that time does not tell which key it was.
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found;
    }

    /// <summary>Whether both hold the same keys in the same order.</summary>
    public bool IsSameAs(KeyHashes other) => _hashes.Length == other._hashes.Length && _hashes.Zip(other._hashes).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} keys");

    private static string? FaultOf(string key) => key switch
    {
        { Length: < MinLength } => string.Create(CultureInfo.InvariantCulture, $"has {key.Length} characters; at least {MinLength} are needed"),
        { Length: > MaxLength } => string.Create(CultureInfo.InvariantCulture, $"has {key.Length} characters; at most {MaxLength} are allowed"),
        _ when key.Any(c => c is <= ' ' or >= '\x7f' or ',') => "has a character other than visible ASCII",
        _ => null,
    };
}
