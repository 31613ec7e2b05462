using System.Security.Cryptography;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.ModelPackage.Tests;

/// <summary>Signs packages as another tool would: with random nonces, by the base class library.</summary>
internal static class TestModelSignature
{
    public static ECDsa NewKey(ECCurve? curve = null) => ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);

    /// <summary>Writes model.sig.</summary>
    /// <param name="package">The package that gets it.</param>
    /// <param name="key">The private key.</param>
    /// <param name="statement">What is signed instead of the statement about the package.</param>
    /// <param name="form">Another form of the signature's bytes.</param>
    public static void Sign(PackagedModel package, ECDsa key, byte[]? statement = null, DSASignatureFormat form = DSASignatureFormat.Rfc3279DerSequence) =>
        File.WriteAllBytes(package.SignaturePath, BundleOf(statement ?? ModelStatement.Of(package).ToBytes(), key, form).ToBytes());

    public static SigstoreBundle BundleOf(byte[] payload, ECDsa key, DSASignatureFormat form = DSASignatureFormat.Rfc3279DerSequence, string type = DsseEnvelope.InTotoType)
    {
        var verification = VerificationKey.Of(key);
        var signature = key.SignData(DsseEnvelope.SignedBytes(type, payload), verification.Hash, form);
        return SigstoreBundle.Of(DsseEnvelope.Of(type, payload, new DsseSignature(Convert.ToBase64String(signature), string.Empty)), verification);
    }
}
