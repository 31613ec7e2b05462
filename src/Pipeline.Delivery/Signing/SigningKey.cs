using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Pipeline.Engine;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Signing;

/// <summary>
/// A private key on P-256 or P-384 that signs model packages. Signatures are deterministic (RFC 6979): the same package and key give the same bytes, and so the same image layers. The base class library cannot do
/// that.
/// </summary>
public sealed class SigningKey
{
    /// <summary>The variable with the passphrase of an encrypted key.</summary>
    public const string PassphraseVariable = "MODEL_SIGNING_KEY_PASSPHRASE";

    private const string Making = "openssl ecparam -name prime256v1 -genkey -noout -out FILE makes one";

    private readonly ECPrivateKeyParameters _key;

    private SigningKey(ECDsa key)
    {
        PublicKey = VerificationKey.Of(key);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        _key = new ECPrivateKeyParameters(new BigInteger(1, parameters.D), new ECDomainParameters(ECNamedCurveTable.GetByOid(new(parameters.Curve.Oid.Value))));
        CryptographicOperations.ZeroMemory(parameters.D);
    }

    /// <summary>What verifies the signatures.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>Reads a key in PEM: SEC 1 or PKCS #8, the latter encrypted or not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="passphrase">Of an encrypted key; null for none.</param>
    /// <exception cref="PipelineException">Exit code 64: no such file, or no such key in it, or another passphrase. The message holds nothing of the key.</exception>
    public static SigningKey Load(string path, string? passphrase)
    {
        string pem;
        try
        {
            pem = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"cannot be read: {e.Message}", e);
        }

        using var key = Import(path, pem, passphrase);
        if (VerificationKey.HashOf(key) is null)
        {
            throw Refused(path, $"is a key of {key.KeySize} bits on another curve than P-256 and P-384; {Making}");
        }

        return new SigningKey(key);
    }

    /// <summary>A signature in DER over the bytes' SHA-256, or SHA-384 for a key on P-384.</summary>
    public byte[] Sign(byte[] data)
    {
        var (digest, hash) = PublicKey.Hash == HashAlgorithmName.SHA256 ? ((IDigest)new Sha256Digest(), SHA256.HashData(data)) : (new Sha384Digest(), SHA384.HashData(data));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(digest));
        signer.Init(forSigning: true, _key);
        var numbers = signer.GenerateSignature(hash);
        return StandardDsaEncoding.Instance.Encode(_key.Parameters.N, numbers[0], numbers[1]);
    }

    /// <summary>An in-toto statement in a signed bundle.</summary>
    public SigstoreBundle SignStatement(byte[] statement)
    {
        var signature = Sign(DsseEnvelope.SignedBytes(DsseEnvelope.InTotoType, statement));
        return SigstoreBundle.Of(DsseEnvelope.Of(DsseEnvelope.InTotoType, statement, new DsseSignature(Convert.ToBase64String(signature), string.Empty)), PublicKey);
    }

    private static ECDsa Import(string path, string pem, string? passphrase)
    {
        const string Encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
        var key = ECDsa.Create();
        try
        {
            if (pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            {
                throw Refused(path, $"is encrypted in a form of old; write it anew with openssl pkcs8 -topk8 -in {path} -out FILE");
            }

            if (!pem.Contains(Encrypted, StringComparison.Ordinal))
            {
                key.ImportFromPem(pem);
            }
            else if (string.IsNullOrEmpty(passphrase))
            {
                throw Refused(path, $"is encrypted; set {PassphraseVariable}");
            }
            else
            {
                key.ImportFromEncryptedPem(pem, passphrase);
            }

            // Throws for a public key.
            CryptographicOperations.ZeroMemory(key.ExportParameters(includePrivateParameters: true).D);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw Refused(path, Diagnose(pem, Encrypted), e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static string Diagnose(string pem, string encrypted) =>
        pem.Contains(encrypted, StringComparison.Ordinal) ? $"cannot be decrypted with {PassphraseVariable}, or is no key on P-256 or P-384"
        : pem.Contains("-----BEGIN RSA ", StringComparison.Ordinal) || IsRsa(pem) ? $"is an RSA key; a key on P-256 or P-384 is needed: {Making}"
        : pem.Contains("-----BEGIN PUBLIC KEY-----", StringComparison.Ordinal) ? "is a public key; signing needs the private one"
        : pem.Contains("-----BEGIN OPENSSH PRIVATE KEY-----", StringComparison.Ordinal) ? $"is a key of OpenSSH; one in PEM on P-256 or P-384 is needed: {Making}"
        : $"is not a private key on P-256 or P-384 in PEM; {Making}";

    private static bool IsRsa(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static PipelineException Refused(string path, string fault, Exception? inner = null) => new(ExitCode.Usage, $"--model-signing-key {path} {fault}.", inner);
}
