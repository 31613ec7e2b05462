using System.Xml.Linq;
using Pipeline.Delivery.Reports.Plots;

namespace Pipeline.Delivery.Tests.Reports;

public sealed class PlotFilesTests
{
    private const string Style = "<style>svg > path { fill: none; }</style>";

    [Fact]
    public void A_page_without_plots_has_no_files() => PlotFiles.Of($"<html>{Style}<p>nothing</p></html>").Should().BeEmpty();

    [Fact]
    public void Each_plot_is_a_picture_of_its_own_with_the_pages_style()
    {
        var page = $"<html>{Style}{Plot("ROC curve")}<p>text</p>{Plot("Who's <first> & why")}</html>";

        var files = PlotFiles.Of(page);

        files.Select(file => file.Name).Should().Equal("roc-curve.svg", "who-s-first-why.svg");
        foreach (var (_, svg) in files)
        {
            var root = XDocument.Parse(svg).Root!;
            root.Name.Should().Be(XName.Get("svg", "http://www.w3.org/2000/svg"));
            root.Attribute("viewBox")!.Value.Should().Be("0 0 400 290");
            root.Elements().Select(element => element.Name.LocalName).Should().StartWith(["style", "title", "desc", "path"]);
            root.Elements().First().Value.Should().Contain("fill: none");
        }
    }

    [Fact]
    public void Plots_of_one_title_have_names_of_their_own() =>
        PlotFiles.Of($"{Style}{Plot("Curve")}{Plot("Curve")}{Plot("Curve")}").Select(file => file.Name).Should().Equal("curve.svg", "curve-2.svg", "curve-3.svg");

    private static string Plot(string title) =>
        new LinePlot(title, PlotAxis.OfShares("x"), PlotAxis.OfShares("y")) { Series = [new PlotSeries("line", "l1", [(0, 0), (1, 1)])], Description = "It rises." }.Render();
}
