using Pipeline.Delivery.Reports;
using Pipeline.Delivery.Tests.DriftChecks.Outputs;

namespace Pipeline.Delivery.Tests.Reports;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain, à la carte, 日本, 👩‍👩‍👧 ✈️", "plain, à la carte, 日本, 👩‍👩‍👧 ✈️")]
    [InlineData("a\r\n\tb\u001b\u007f\u0085", "a␍␊␉b␛␡�")]
    [InlineData("\u202Eabc\u2066\u200F\u2028\uFEFF\u200B", "�abc�����")]
    public void Only_what_cannot_be_seen_or_turns_its_surroundings_is_replaced(string text, string expected) => VisibleText.Of(text).Should().Be(expected);

    [Fact]
    public void Half_a_pair_and_noncharacters_are_replaced() => VisibleText.Of(SampleReports.BrokenName).Should().Be("a�b␀c�d");

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 4, "👩‍👩‍👧…")]
    public void Names_are_cut_between_letters(string text, int width, string expected) => VisibleText.Name(text, width).Should().Be(expected);

    [Fact]
    public void A_letter_with_ten_thousand_marks_is_cut_too() => VisibleText.Name("a" + new string('\u0301', 10_000) + "b").Length.Should().BeLessThan(10);
}
