using System.Buffers.Text;
using System.Text;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Tests;

/// <summary>The fast writer against the framework's, to the byte.</summary>
public sealed class ShortestFloatTests
{
    [Theory]
    [InlineData(0f, "0")]
    [InlineData(1f, "1")]
    [InlineData(0.5f, "0.5")]
    [InlineData(0.1f, "0.1")]
    [InlineData(0.01f, "0.01")]
    [InlineData(0.001f, "0.001")]
    [InlineData(0.12345678f, "0.12345678")]
    [InlineData(0.99999994f, "0.99999994")]
    public void Probabilities_are_written_as_one_would(float value, string text) => Written(value).Should().Be(text);

    [Fact]
    public void Every_three_hundredth_float_up_to_one_is_written_as_the_framework_does()
    {
        var checkedValues = 0;
        for (var bits = BitConverter.SingleToInt32Bits(0.0005f); bits <= BitConverter.SingleToInt32Bits(1.5f); bits += 307)
        {
            ShouldBeAsTheFrameworks(BitConverter.Int32BitsToSingle(bits));
            checkedValues++;
        }

        checkedValues.Should().BeGreaterThan(300_000);
    }

    [Fact]
    public void Floats_whose_digits_end_in_a_five_or_beside_a_power_are_written_as_the_framework_does()
    {
        for (var numerator = 1; numerator < 4_096; numerator++)
        {
            ShouldBeAsTheFrameworks(numerator / 4_096f);
        }

        for (var power = -12; power <= 0; power++)
        {
            foreach (var value in new[] { MathF.Pow(2, power), MathF.Pow(10, power) })
            {
                ShouldBeAsTheFrameworks(MathF.BitDecrement(value));
                ShouldBeAsTheFrameworks(value);
                ShouldBeAsTheFrameworks(MathF.BitIncrement(value));
            }
        }
    }

    [Theory]
    [InlineData(float.Epsilon)]
    [InlineData(float.MaxValue)]
    [InlineData(-0.3f)]
    [InlineData(-0f)]
    [InlineData(-1.2345678E-38f)]
    public void Other_numbers_are_written_as_the_framework_does(float value) => ShouldBeAsTheFrameworks(value);

    private static void ShouldBeAsTheFrameworks(float value)
    {
        Span<byte> expected = stackalloc byte[32];
        Utf8Formatter.TryFormat(value, expected, out var length);
        Span<byte> actual = stackalloc byte[ShortestFloat.MaxLength];
        if (!actual[..ShortestFloat.Write(value, actual)].SequenceEqual(expected[..length]))
        {
            Written(value).Should().Be(Encoding.ASCII.GetString(expected[..length]));
        }
    }

    private static string Written(float value)
    {
        Span<byte> text = stackalloc byte[ShortestFloat.MaxLength];
        return Encoding.ASCII.GetString(text[..ShortestFloat.Write(value, text)]);
    }
}
