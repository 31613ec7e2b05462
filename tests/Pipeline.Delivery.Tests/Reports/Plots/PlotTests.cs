using System.Xml.Linq;
using Pipeline.Delivery.Reports.Plots;

namespace Pipeline.Delivery.Tests.Reports.Plots;

public sealed class PlotTests
{
    [Theory]
    [InlineData(0, 10, "0 2 4 6 8 10")]
    [InlineData(-1, 1, "-1 -0.5 0 0.5 1")]
    [InlineData(0.03, 0.11, "0.04 0.06 0.08 0.1")]
    [InlineData(0, 123_456, "0 50,000 100,000")]
    [InlineData(0, 3e12, "0e+0 5e+11 1e+12 1.5e+12 2e+12 2.5e+12 3e+12")]
    [InlineData(-2e-9, 2e-9, "-2e-9 -1e-9 0e+0 1e-9 2e-9")]
    public void Axis_is_marked_at_round_numbers(double low, double high, string ticks) =>
        string.Join(' ', new PlotAxis("x", low, high).Ticks(6).Select(tick => tick.Text)).Should().Be(ticks);

    [Fact]
    public void Axis_of_equal_or_extreme_ends_has_places_within_it()
    {
        PlotAxis.Of("x", 3, 3).Share(3).Should().Be(0.5);
        var axis = PlotAxis.Of("x", double.MinValue, double.MaxValue);
        axis.Share(0).Should().Be(0.5);
        axis.Ticks(6).Should().NotBeEmpty().And.OnlyContain(tick => double.IsFinite(tick.Value));
    }

    [Theory]
    [InlineData(1, new long[] { 1 })]
    [InlineData(3, new long[] { 1, 2, 3 })]
    [InlineData(32, new long[] { 2, 4, 8, 16, 32 })]
    [InlineData(100_000, new long[] { 10, 100, 1_000, 10_000, 100_000 })]
    public void Colours_of_squares_are_by_orders_of_rows(long most, long[] limits) => DensityPlot.Limits(most).Should().Equal(limits);

    [Fact]
    public void Squares_lie_where_their_rows_are()
    {
        var figure = new DensityPlot("title", new PlotAxis("x", 0, 2), new PlotAxis("y", 0, 2), [[1, 1], [0, 100]]) { Description = "what it says" }.Render();

        // From 44 to 388 to the right, from 238 up to 26: two neighbours of one colour are one rectangle.
        var paths = XElement.Parse(figure).Descendants("path").Where(path => path.Attribute("d")!.Value.EndsWith('z') && path.ElementsBeforeSelf("text").Count() >= 2).ToList();
        paths.Where(path => path.Attribute("class")!.Value is "c1" or "c5").Select(path => path.Attribute("d")!.Value).Take(2).Should().Equal("M44 238V132H388V238z", "M216 132V26H388V132z");
    }
}
