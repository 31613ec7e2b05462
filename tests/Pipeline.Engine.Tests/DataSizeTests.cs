namespace Pipeline.Engine.Tests;

public sealed class DataSizeTests
{
    [Theory]
    [InlineData("2GiB", 2_147_483_648)]
    [InlineData("1.5 gib", 1_610_612_736)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("10 KiB", 10_240)]
    [InlineData("17", 17)]
    [InlineData("17 B", 17)]
    [InlineData("0", 0)]
    public void A_size_is_read_with_its_unit(string text, long bytes)
    {
        DataSize.TryParse(text, out var size).Should().BeTrue();

        size.Bytes.Should().Be(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("GiB")]
    [InlineData("-1GiB")]
    [InlineData("2 gigs")]
    [InlineData("1,5GiB")]
    [InlineData("1e30")]
    [InlineData("99999999999TiB")]
    public void What_is_no_size_is_refused(string? text) => DataSize.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5_368_709_120, "5 GiB")]
    public void A_size_is_written_in_the_largest_unit(long bytes, string text) => new DataSize(bytes).ToString().Should().Be(text);
}
