using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Reports.Comparisons;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Reports.Comparisons;

public sealed class ComparisonReportWriterTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Page_has_every_metric_with_difference_interval_and_what_it_says()
    {
        var page = Page(SampleComparisons.Plain);

        page.Descendants("title").First().Value.Should().Be("bids: candidate and production 0123456789ab");
        page.Descendants("h2").Select(heading => heading.Value).Should().Equal("Metrics", "Curves", "Decisions", "Models", "Columns that differ", "Before trusting it");
        page.Descendants("div").First().Value.Trim().Should().Be("candidate against production 0123456789ab: better in 1, worse in 1, different in 1 of 5 metrics by the 95 % interval; the others do not tell them apart.");
        Rows(page, "Metrics").Should().Equal(
            "rocAuc|better|0.9100|0.9000|+0.0100|+0.0040 to +0.0160|",
            "brier|worse|0.2000|0.1000|+0.1000|+0.0500 to +0.1500|",
            "logLoss|no\u00A0difference|0.3000|0.3000|+1.0e-5|-0.0020 to +2.0e-5|",
            "predictedPositiveRate|differs|0.5000|0.4000|+0.1000|+0.0500 to +0.1500|",
            "precision|unknown|undefined|0.5000|–|–|–");
        Rows(page, "Decisions").Should().Equal(
            "Rows decided alike|90.00 %",
            "Rows that only candidate has right|60",
            "Rows that only production 0123456789ab has right|40",
            "McNemar's p of both being right equally often|0.047",
            "Correlation of the probabilities|0.9876");
        Rows(page, "Models").Should().Contain(["Package|not packaged|" + Digest.OfText("package").Abbreviated, "Size of model.onnx|12,345 bytes|1,234,567 bytes", "Trainer|lightgbm|fast-tree", "Decision threshold|0.5|0.45"]);
    }

    [Fact]
    public void Curves_of_both_are_drawn_in_one_plot_and_say_in_words_what_they_show()
    {
        var page = Page(SampleComparisons.Plain);

        page.Descendants("figcaption").Select(caption => caption.Value).Should().Equal("ROC curves", "Calibration, with 95 % intervals");
        var roc = page.Descendants("figure").First().Element("svg")!;
        roc.Element("desc")!.Value.Should().StartWith("Area 0.9100 (candidate) and 0.9000 (production 0123456789ab).");
        roc.Elements("path").Where(path => path.Attribute("class")!.Value is "l1" or "l2" && path.Attribute("d")!.Value.Contains('L', StringComparison.Ordinal)).Should().HaveCount(2);
        page.Descendants("figure").Should().OnlyContain(figure => figure.Value.Contains("candidate", StringComparison.Ordinal) && figure.Value.Contains("production 0123456789ab", StringComparison.Ordinal));
        page.Descendants("svg").Where(svg => (string?)svg.Attribute("class") == "forest").Should().HaveCount(4, "precision has no difference");
    }

    [Fact]
    public void Hostile_names_are_text_and_nothing_is_loaded_from_elsewhere()
    {
        var page = Page(SampleComparisons.Hostile);

        page.Descendants().Select(element => element.Name.LocalName).Should().NotContain(["script", "link", "img", "iframe", "object", "embed", "form"]);
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).Should().NotContain(["src", "href"]);
        Rows(page, "Columns that differ")[1].Should().Be("gone|only the other model takes it");
        Rows(page, "Columns that differ")[2].Should().StartWith("nnn").And.Contain(" and 392 more; only the other knows old");
        page.Descendants("li").Select(item => item.Value).Should().Contain(note => note.Contains("was trained on other data", StringComparison.Ordinal)).And.Contain(note => note.Contains("if these are not the same class", StringComparison.Ordinal));
        Markdown().Should().NotContain("<script").And.NotContain("@someone").And.NotContain("#12").And.NotContain("https://");
    }

    [Fact]
    public void Markdown_has_the_same_numbers()
    {
        Write(SampleComparisons.Plain);

        Markdown().Should().StartWith("## bids: candidate and production 0123456789ab\n")
            .And.Contain("| Metric | candidate | production 0123456789ab | Difference | 95 % interval | candidate is |\n")
            .And.Contain("| rocAuc | 0.9100 | 0.9000 | +0.0100 | +0.0040 to +0.0160 | **better** |\n")
            .And.Contain("| precision | undefined | 0.5000 | – | – | unknown |\n")
            .And.Contain("| Rows decided alike | 90.00 % |\n")
            .And.Contain("### Columns that differ\nNone.\n");
    }

    [Fact]
    public void Programs_get_all_of_it_as_JSON()
    {
        var files = Write(SampleComparisons.Hostile);

        var read = PackageJson.Deserialize<ModelComparison>(File.ReadAllBytes(files.Json), files.Json);

        read.Should().BeEquivalentTo(SampleComparisons.Hostile);
        read.Features[2].AddedCategories.Should().HaveCount(400);
        File.ReadAllText(files.Json).Should().Contain("\"outcome\": \"noDifference\"").And.Contain("\"change\": \"categories\"");
    }

    [Fact]
    public void Pages_are_the_same_in_every_culture()
    {
        var (page, markdown) = (File.ReadAllText(Write(SampleComparisons.Plain).Html), Markdown());
        using var culture = new CultureScope("de-DE");

        File.ReadAllText(Write(SampleComparisons.Plain).Html).Should().Be(page);
        Markdown().Should().Be(markdown);
    }

    [Fact]
    public void Rows_of_one_class_have_no_curves_and_that_is_said()
    {
        var page = Page(SampleComparisons.Plain with { Positives = 0, Metrics = [SampleComparisons.Metric(BinaryMetricNames.Brier, 0.1, 0.1, 0, 0, 0)] });

        page.Descendants("figure").Should().BeEmpty();
        page.Descendants("p").Should().Contain(paragraph => paragraph.Value == "There are rows of one class only, so that there is nothing to draw.");
        page.Descendants("div").First().Value.Trim().Should().Be("No interval of a difference leaves 0 out: these 1000 rows do not tell the two models apart.");
    }

    private ComparisonFiles Write(ModelComparison comparison) => new ComparisonReportWriter(_fixture.Artifacts, _fixture.Runner.Store).Write(comparison);

    private string Markdown() => File.ReadAllText(Path.Combine(_fixture.Artifacts, "reports", SmallModel.Name, "compare.md"));

    /// <summary>Writes and reads back, as XML but for the doctype and elements that have no end: any tag out of place is an error.</summary>
    private XDocument Page(ModelComparison comparison)
    {
        var text = File.ReadAllText(Write(comparison).Html);
        text.Should().StartWith("<!DOCTYPE html>\n").And.NotContain("NaN");
        return XDocument.Parse(Regex.Replace(text[text.IndexOf('\n', StringComparison.Ordinal)..], "<(meta[^>]*)>", "<$1/>", RegexOptions.None, TimeSpan.FromSeconds(5)));
    }

    private static IReadOnlyList<string> Rows(XDocument page, string heading)
    {
        var table = page.Descendants("h2").Single(h2 => h2.Value == heading).ElementsAfterSelf("div").First();
        return [.. table.Descendants("tbody").Elements("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];
    }
}
