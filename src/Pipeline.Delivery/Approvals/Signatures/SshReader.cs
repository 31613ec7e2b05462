using System.Buffers.Binary;
using System.Text;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>Reads the types of RFC 4251, section 5, from the beginning of some bytes.</summary>
internal ref struct SshReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <exception cref="FormatException">There are fewer bytes.</exception>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new FormatException($"{count} bytes are announced and {_rest.Length} are left.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A string: its length, then its bytes.</summary>
    public ReadOnlySpan<byte> String()
    {
        var length = UInt32();
        return Take(length <= int.MaxValue ? (int)length : -1);
    }

    public string Text() => Encoding.UTF8.GetString(String());

    /// <summary>A positive mpint without its leading zero.</summary>
    public byte[] Integer() => String().TrimStart((byte)0).ToArray();

    /// <exception cref="FormatException">Something is left.</exception>
    public readonly void End()
    {
        if (!IsAtEnd)
        {
            throw new FormatException($"{_rest.Length} bytes too many.");
        }
    }
}
