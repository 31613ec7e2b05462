using System.Buffers.Binary;
using System.Numerics;

namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>
/// Parquet's levels of a column of lists that all have the same length and miss nothing: a repetition level a value (0 where a row begins, else 1), and a definition level a value (always 1).
/// Both are one bit wide, and stand before the values in its hybrid of runs and packed bits.
/// </summary>
internal static class ListLevels
{
    /// <summary>A list begins at every row's first value.</summary>
    /// <param name="count">Values of all rows.</param>
    /// <param name="length">Values a row.</param>
    public static byte[] Repetition(int count, int length)
    {
        var groups = (count + 7) / 8;
        var bits = new byte[groups];
        for (var value = 0; value < count; value++)
        {
            bits[value >> 3] |= (byte)((value % length == 0 ? 0 : 1) << (value & 7));
        }

        // A packed run: groups of eight, times two, plus one.
        return WithLength([.. Variable(((uint)groups << 1) | 1), .. bits]);
    }

    /// <summary>Every value is there.</summary>
    /// <param name="count">Values of all rows.</param>
    public static byte[] Definition(int count) => WithLength([.. Variable((uint)count << 1), 1]);

    private static byte[] WithLength(byte[] run)
    {
        var levels = new byte[sizeof(int) + run.Length];
        BinaryPrimitives.WriteInt32LittleEndian(levels, run.Length);
        run.CopyTo(levels, sizeof(int));
        return levels;
    }

    private static byte[] Variable(uint value)
    {
        var bytes = new byte[Math.Max(1, (BitOperations.Log2(value) + 7) / 7)];
        for (var i = 0; i < bytes.Length; i++, value >>= 7)
        {
            bytes[i] = (byte)((value & 0x7F) | (i < bytes.Length - 1 ? 0x80u : 0u));
        }

        return bytes;
    }
}
