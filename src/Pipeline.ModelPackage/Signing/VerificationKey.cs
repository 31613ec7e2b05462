using System.Security.Cryptography;

namespace Pipeline.ModelPackage.Signing;

/// <summary>A public key on P-256 or P-384, which tells whether a signature is by its owner. Thread-safe.</summary>
public sealed class VerificationKey
{
    private const string PrivateLabel = "PRIVATE KEY-----";

    private readonly byte[] _subjectPublicKeyInfo;
    private readonly HashAlgorithmName _hash;

    private VerificationKey(ECDsa key)
    {
        _subjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        _hash = HashOf(key) ?? throw new ArgumentException("The key is on neither P-256 nor P-384.", nameof(key));

        // As OpenSSL writes it, with a last newline: the hint of OpenSSF model signing is over these bytes.
        Pem = key.ExportSubjectPublicKeyInfoPem() + "\n";
        Fingerprint = Digest.OfText(Pem);
    }

    /// <summary>The key as <c>openssl ec -pubout</c> writes it.</summary>
    public string Pem { get; }

    /// <summary>Digest of <see cref="Pem"/>, the same as <c>sha256sum</c> of the file.</summary>
    public Digest Fingerprint { get; }

    /// <summary>SHA-256 for P-256, SHA-384 for P-384.</summary>
    public HashAlgorithmName Hash => _hash;

    /// <summary>Reads a public key in PEM.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It holds no such key; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static VerificationKey Load(string path) => Parse(File.ReadAllText(path), path);

    /// <inheritdoc cref="Load"/>
    /// <param name="pem">The text.</param>
    /// <param name="origin">Where it is from, for messages.</param>
    public static VerificationKey Parse(string pem, string origin)
    {
        if (pem.Contains(PrivateLabel, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{origin} holds a private key; who verifies needs the public one: openssl pkey -in KEY -pubout");
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{origin} is not a public key on P-256 or P-384 in PEM.", e);
        }

        return HashOf(key) is not null ? Of(key) : throw new InvalidDataException($"{origin} is a key of {key.KeySize} bits on another curve; P-256 and P-384 are taken.");
    }

    /// <summary>The public half of a key.</summary>
    /// <exception cref="ArgumentException">It is on neither P-256 nor P-384.</exception>
    public static VerificationKey Of(ECDsa key) => new(key);

    /// <summary>The hash that goes with the key's curve; null for a curve that is not taken.</summary>
    public static HashAlgorithmName? HashOf(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve switch
    {
        { IsNamed: true, Oid.Value: "1.2.840.10045.3.1.7" } => HashAlgorithmName.SHA256,
        { IsNamed: true, Oid.Value: "1.3.132.0.34" } => HashAlgorithmName.SHA384,
        _ => null,
    };

    /// <summary>Whether a signature in DER, as OpenSSL makes them, is over these bytes and by this key. The other common form, r and s one after the other, is refused.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // ECDsa is not thread-safe; importing takes some microseconds.
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo, out _);
        return key.VerifyData(data, signature, _hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Whether one of an envelope's signatures is by this key.</summary>
    /// <exception cref="FormatException">Payload or signature is not base64.</exception>
    public bool Verifies(DsseEnvelope envelope)
    {
        var signed = envelope.SignedBytes();
        return envelope.Signatures.Any(signature => Verifies(signed, signature.Bytes()));
    }
}
