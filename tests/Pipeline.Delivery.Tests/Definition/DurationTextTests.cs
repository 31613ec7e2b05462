using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Tests.Definition;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1m", 1, "1m")]
    [InlineData("90m", 90, "90m")]
    [InlineData("120m", 120, "2h")]
    [InlineData("24h", 1_440, "1d")]
    [InlineData("7d", 10_080, "7d")]
    [InlineData("2w", 20_160, "14d")]
    [InlineData("52w", 524_160, "364d")]
    public void A_duration_is_read_and_written(string text, int minutes, string written)
    {
        DurationText.TryParse(text, out var duration).Should().BeTrue();

        duration.Should().Be(TimeSpan.FromMinutes(minutes));
        DurationText.Of(duration).Should().Be(written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("0h")]
    [InlineData("-1h")]
    [InlineData("1.5h")]
    [InlineData("7 d")]
    [InlineData("7D")]
    [InlineData("7d\n")]
    [InlineData("53w")]
    [InlineData("999999d")]
    public void What_is_no_duration_is_refused(string text) => DurationText.TryParse(text, out _).Should().BeFalse();
}
