using Pipeline.Metrics.Slices;

namespace Pipeline.Metrics.Tests.Slices;

public sealed class SliceColumnTests
{
    [Fact]
    public void Texts_are_slices_from_the_most_frequent_down_and_rare_ones_belong_to_none()
    {
        var column = SliceColumn.OfTexts("colour", ["red", "blue", "red", null, "blue", "red", "green"], maxValues: 3);

        column.Values.Should().Equal("red", "blue", SliceColumn.Missing);
        column.Codes.Should().Equal(0, 1, 0, 2, 1, 0, -1);
        column.Counts().Should().Equal(3, 2, 1);
    }

    [Fact]
    public void What_has_rows_enough_to_be_judged_is_a_slice_beyond_the_limit_too()
    {
        var column = SliceColumn.OfTexts("colour", ["red", "blue", "red", "blue", "green", "green", "grey"], maxValues: 1, minRows: 2);

        column.Values.Should().Equal("blue", "green", "red");
        column.Codes[^1].Should().Be(-1);
    }

    [Fact]
    public void Few_different_numbers_are_each_a_slice()
    {
        var column = SliceColumn.OfNumbers("day", [3, 1, float.NaN, 1, 7.5f]);

        column.Values.Should().Equal("1", "3", "7.5", SliceColumn.Missing);
        column.NameOf(2).Should().Be("day = 7.5");
        column.Codes.Should().Equal(1, 0, 3, 0, 2);
    }

    [Fact]
    public void Numbers_that_differ_in_their_last_digit_have_names_of_their_own()
    {
        SliceColumn.OfNumbers("day", [1_200_101, 1_200_102, 1_200_103]).Values.Should().Equal("1200101", "1200102", "1200103");
    }

    [Fact]
    public void Many_different_numbers_are_fourths_of_the_rows()
    {
        var column = SliceColumn.OfNumbers("distance", [.. Enumerable.Range(0, 100).Select(i => (float)(99 - i))]);

        column.Values.Should().Equal("< 25", "25 to < 50", "50 to < 75", "≥ 75");
        column.Counts().Should().Equal(25, 25, 25, 25);
        column.NameOf(1).Should().Be("distance 25 to < 50");
        column.Codes[0].Should().Be(3);
        column.Codes[99].Should().Be(0);
        column.Codes[74].Should().Be(1, "25 itself is in the second fourth");
    }

    [Fact]
    public void A_number_that_most_rows_have_makes_fewer_slices()
    {
        var column = SliceColumn.OfNumbers("amount", [.. Enumerable.Repeat(0f, 80), .. Enumerable.Range(1, 20).Select(i => (float)i)]);

        column.Values.Should().Equal("< 0", "≥ 0");
        column.Counts().Should().Equal(0, 100);
    }
}
