using System.Globalization;
using System.Text;

namespace Pipeline.ModelPackage.Signing;

/// <summary>Bytes and the signatures over them: a DSSE 1.0.2 envelope (github.com/secure-systems-lab/dsse). What it says must be read from <see cref="PayloadBytes"/>, the very bytes that were verified.</summary>
/// <param name="Payload">The signed bytes in base64; readers take the URL-safe alphabet too.</param>
/// <param name="PayloadType">Media type of the payload; it is signed with it.</param>
/// <param name="Signatures">At least one.</param>
public sealed record DsseEnvelope(string Payload, string PayloadType, IReadOnlyList<DsseSignature> Signatures)
{
    /// <summary>The payload type of in-toto statements.</summary>
    public const string InTotoType = "application/vnd.in-toto+json";

    public static DsseEnvelope Of(string payloadType, byte[] payload, params IReadOnlyList<DsseSignature> signatures) => new(Convert.ToBase64String(payload), payloadType, signatures);

    /// <exception cref="FormatException">The payload is not base64.</exception>
    public byte[] PayloadBytes() => FromBase64(Payload);

    /// <summary>What is signed: type and payload with their lengths in bytes, so that neither can be taken for part of the other.</summary>
    public byte[] SignedBytes() => SignedBytes(PayloadType, PayloadBytes());

    /// <summary>The pre-authentication encoding of a payload.</summary>
    public static byte[] SignedBytes(string payloadType, ReadOnlySpan<byte> payload)
    {
        var type = Encoding.UTF8.GetByteCount(payloadType);
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type} {payloadType} {payload.Length} "));
        return [.. head, .. payload];
    }

    internal static byte[] FromBase64(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        return Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }
}
