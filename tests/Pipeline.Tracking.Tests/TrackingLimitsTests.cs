namespace Pipeline.Tracking.Tests;

public sealed class TrackingLimitsTests
{
    [Fact]
    public void A_text_within_the_limit_stays_as_it_is() => TrackingLimits.Cut("12345", 5).Should().Be("12345");

    [Fact]
    public void A_longer_text_ends_with_a_mark_and_is_as_long_as_allowed() => TrackingLimits.Cut("123456", 5).Should().Be("1234…").And.HaveLength(5);

    [Fact]
    public void A_character_of_two_halves_is_not_cut_in_two() => TrackingLimits.Cut("123😀456", 5).Should().Be("123…");

    [Theory]
    [InlineData("rocAuc")]
    [InlineData("val/rocAuc")]
    [InlineData("a b.c-d:e_f")]
    [InlineData("größe")]
    public void Names_that_MLflow_takes_pass(string name) => FluentActions.Invoking(() => TrackingLimits.CheckName(name)).Should().NotThrow();

    [Theory]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/../b")]
    [InlineData("a<b")]
    [InlineData("a\nb")]
    public void Other_names_are_refused(string name) =>
        FluentActions.Invoking(() => TrackingLimits.CheckName(name)).Should().Throw<TrackingException>().Which.Fault.Should().Be(TrackingFault.Refused);

    [Fact]
    public void A_name_that_is_too_long_is_refused() =>
        FluentActions.Invoking(() => TrackingLimits.CheckName(new string('a', 251))).Should().Throw<TrackingException>().WithMessage("*at most 250*");
}
