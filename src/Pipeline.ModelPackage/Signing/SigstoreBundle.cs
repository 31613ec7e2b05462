using System.Text.Json;

namespace Pipeline.ModelPackage.Signing;

/// <summary>A signed envelope with a hint at its key: a Sigstore bundle v0.3, which cosign and OpenSSF model signing read.</summary>
/// <param name="MediaType">Always <see cref="CurrentMediaType"/>.</param>
/// <param name="VerificationMaterial">Which key.</param>
/// <param name="DsseEnvelope">What is signed, and the signature.</param>
public sealed record SigstoreBundle(string MediaType, VerificationMaterial VerificationMaterial, DsseEnvelope DsseEnvelope)
{
    public const string CurrentMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    public static SigstoreBundle Of(DsseEnvelope envelope, VerificationKey key) => new(CurrentMediaType, new VerificationMaterial(new PublicKeyHint(key.Fingerprint.Hex), []), envelope);

    /// <exception cref="InvalidDataException">The bytes are no bundle of this media type with an envelope.</exception>
    public static SigstoreBundle Parse(ReadOnlySpan<byte> bytes, string origin)
    {
        var bundle = SigningJson.Deserialize(bytes, SigningJson.Plain.SigstoreBundle, origin);
        return bundle.MediaType == CurrentMediaType
            ? bundle
            : throw new InvalidDataException($"{origin} has the media type '{bundle.MediaType}'; {CurrentMediaType} is read.");
    }

    /// <summary>As one line; the same bundle gives the same bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SigningJson.Plain.SigstoreBundle);
}
