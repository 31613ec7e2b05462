using System.Buffers.Binary;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>Writes strings as RFC 4251, section 5, has them.</summary>
internal static class SshWriter
{
    /// <summary>Length and bytes.</summary>
    public static byte[] String(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(text, bytes.Length);
        bytes.CopyTo(text.AsSpan(4));
        return text;
    }
}
