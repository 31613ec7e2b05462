using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage.Signing;

/// <summary>One signature of a DSSE envelope.</summary>
/// <param name="Sig">The signature's bytes in base64.</param>
/// <param name="KeyId">A hint at the key, which nothing vouches for: never decide by it. Null and empty are the same.</param>
public sealed record DsseSignature(string Sig, [property: JsonPropertyName("keyid")] string? KeyId = null)
{
    /// <exception cref="FormatException">It is not base64.</exception>
    public byte[] Bytes() => DsseEnvelope.FromBase64(Sig);
}
