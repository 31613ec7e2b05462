using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>
/// A public key of OpenSSH: Ed25519, ECDSA on the NIST curves, RSA of at least 2,048 bits, and the first two on a hardware key. Signatures are verified here and not by ssh-keygen, as a
/// process for each of a thousand records takes half a minute.
/// </summary>
public sealed class SshPublicKey : IEquatable<SshPublicKey>
{
    private const string Ed25519Type = "ssh-ed25519";
    private const string SkEd25519Type = "sk-ssh-ed25519@openssh.com";
    private const string SkEcdsaType = "sk-ecdsa-sha2-nistp256@openssh.com";
    private const string RsaType = "ssh-rsa";
    private const string EcdsaPrefix = "ecdsa-sha2-";
    private const int LeastRsaBits = 2_048;

    // Of a hardware key's signature: somebody touched it.
    private const byte UserPresent = 1;

    private readonly byte[] _blob;
    private readonly byte[] _point = [];
    private readonly string _application = string.Empty;
    private readonly RSAParameters _rsa;

    private SshPublicKey(byte[] blob)
    {
        _blob = blob;
        var reader = new SshReader(blob);
        Type = reader.Text();
        switch (Type)
        {
            case Ed25519Type or SkEd25519Type:
                _point = reader.String().ToArray();
                if (_point.Length != Ed25519.PublicKeySize)
                {
                    throw new FormatException($"an Ed25519 key has {Ed25519.PublicKeySize} bytes, this one {_point.Length}.");
                }

                break;
            case RsaType:
                var exponent = reader.Integer();
                _rsa = new RSAParameters { Exponent = exponent, Modulus = reader.Integer() };
                if (_rsa.Modulus!.Length * 8 < LeastRsaBits)
                {
                    throw new FormatException($"an RSA key of {_rsa.Modulus.Length * 8} bits is too short; it needs {LeastRsaBits}.");
                }

                break;
            case SkEcdsaType or $"{EcdsaPrefix}nistp256" or $"{EcdsaPrefix}nistp384" or $"{EcdsaPrefix}nistp521":
                _ = reader.Text();
                _point = reader.String().ToArray();
                if (_point.Length != 1 + (2 * CoordinateLength) || _point[0] != 4)
                {
                    throw new FormatException("its point is not an uncompressed one of its curve.");
                }

                break;
            default:
                throw new FormatException($"keys of the type '{Type}' are not known here.");
        }

        if (IsHardware)
        {
            _application = reader.Text();
        }

        reader.End();
    }

    /// <summary>As OpenSSH names it.</summary>
    public string Type { get; }

    /// <summary>As <c>ssh-keygen -l</c> prints it.</summary>
    public string Fingerprint => $"SHA256:{Convert.ToBase64String(SHA256.HashData(_blob)).TrimEnd('=')}";

    private bool IsHardware => Type is SkEd25519Type or SkEcdsaType;

    private int CoordinateLength => Type.EndsWith("nistp384", StringComparison.Ordinal) ? 48 : Type.EndsWith("nistp521", StringComparison.Ordinal) ? 66 : 32;

    /// <exception cref="FormatException">The bytes are no key that is known here.</exception>
    public static SshPublicKey FromBlob(byte[] blob) => new(blob);

    /// <summary>True if the signature, as it stands in an SSHSIG blob, is this key's over these bytes.</summary>
    /// <exception cref="FormatException">The signature's bytes make no sense.</exception>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var reader = new SshReader(signature);
        var algorithm = reader.Text();
        var value = reader.String();
        if (Type == RsaType)
        {
            reader.End();
            return VerifiesRsa(message, algorithm, value);
        }

        if (algorithm != Type)
        {
            return false;
        }

        if (IsHardware)
        {
            var flags = reader.Byte();
            var counter = reader.Take(4);
            reader.End();
            byte[] touched = [.. SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_application)), flags, .. counter, .. SHA256.HashData(message)];
            return (flags & UserPresent) != 0 && VerifiesPoint(touched, value);
        }

        reader.End();
        return VerifiesPoint(message, value);
    }

    public bool Equals(SshPublicKey? other) => other is not null && _blob.AsSpan().SequenceEqual(other._blob);

    public override bool Equals(object? obj) => Equals(obj as SshPublicKey);

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"{Type} {Fingerprint}";

    private bool VerifiesPoint(ReadOnlySpan<byte> message, ReadOnlySpan<byte> value)
    {
        if (Type is Ed25519Type or SkEd25519Type)
        {
            var bytes = message.ToArray();
            return value.Length == Ed25519.SignatureSize && Ed25519.Verify(value.ToArray(), 0, _point, 0, bytes, 0, bytes.Length);
        }

        var (curve, hash) = CoordinateLength switch
        {
            48 => (ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
            66 => (ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
            _ => (ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        };
        using var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = _point[1..(1 + CoordinateLength)], Y = _point[(1 + CoordinateLength)..] } });
        var numbers = new SshReader(value);
        var (r, s) = (numbers.Integer(), numbers.Integer());
        numbers.End();
        return r.Length <= CoordinateLength && s.Length <= CoordinateLength
            && key.VerifyData(message, [.. new byte[CoordinateLength - r.Length], .. r, .. new byte[CoordinateLength - s.Length], .. s], hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private bool VerifiesRsa(ReadOnlySpan<byte> message, string algorithm, ReadOnlySpan<byte> value)
    {
        HashAlgorithmName? hash = algorithm switch { "rsa-sha2-256" => HashAlgorithmName.SHA256, "rsa-sha2-512" => HashAlgorithmName.SHA512, _ => null };
        if (hash is null)
        {
            return false;
        }

        using var key = RSA.Create(_rsa);
        return key.VerifyData(message, value, hash.Value, RSASignaturePadding.Pkcs1);
    }
}
