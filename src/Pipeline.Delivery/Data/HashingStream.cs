using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>SHA-256 over many small values, little-endian, gathered into blocks.</summary>
internal sealed class HashingStream : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _block = new byte[1 << 16];
    private int _filled;

    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Write(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);

    public void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Write(length);
        if (length <= _block.Length)
        {
            Encoding.UTF8.GetBytes(text, Take(length));
            return;
        }

        Flush();
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    public Digest ToDigest()
    {
        Flush();
        return Digest.Parse($"sha256:{Convert.ToHexStringLower(_hash.GetHashAndReset())}");
    }

    public void Dispose() => _hash.Dispose();

    private Span<byte> Take(int length)
    {
        if (_filled + length > _block.Length)
        {
            Flush();
        }

        _filled += length;
        return _block.AsSpan(_filled - length, length);
    }

    private void Flush()
    {
        _hash.AppendData(_block, 0, _filled);
        _filled = 0;
    }
}
