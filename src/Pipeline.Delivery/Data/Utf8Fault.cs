using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Pipeline.Delivery.Data;

/// <summary>The first line of a text file that is not UTF-8.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Byte">The first byte in it that is no UTF-8.</param>
internal sealed record Utf8Fault(int Line, byte Byte)
{
    /// <returns>Null if the file is UTF-8 throughout.</returns>
    public static Utf8Fault? Find(DataFile file)
    {
        using var stream = File.OpenRead(file.Path);
        using var plain = file.IsCompressed ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        using var lines = new BufferedStream(plain, 1 << 16);
        var line = new List<byte>();
        for (var number = 1; ; number++)
        {
            line.Clear();
            int next;
            for (next = lines.ReadByte(); next is >= 0 and not '\n'; next = lines.ReadByte())
            {
                line.Add((byte)next);
            }

            var bytes = CollectionsMarshal.AsSpan(line);
            if (!Utf8.IsValid(bytes))
            {
                return new Utf8Fault(number, FirstFault(bytes));
            }

            if (next < 0)
            {
                return null;
            }
        }
    }

    private static byte FirstFault(ReadOnlySpan<byte> bytes)
    {
        while (Rune.DecodeFromUtf8(bytes, out _, out var length) == OperationStatus.Done)
        {
            bytes = bytes[length..];
        }

        return bytes[0];
    }
}
