using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftPageTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_verdict_comes_first_and_links_to_the_row_that_decided()
    {
        var page = Page(SampleReports.Drifted);

        page.Descendants("title").First().Value.Should().Be("Drift of flight-delay: drift");
        var banner = page.Descendants("div").First();
        banner.Attribute("class")!.Value.Should().Be("verdict drift");
        banner.Value.Should().Contain("▲ DRIFT").And.Contain(SampleReports.Drifted.Reason);
        var target = banner.Descendants("a").Single().Attribute("href")!.Value[1..];
        page.Descendants("tr").Single(row => row.Attribute("id")?.Value == target).Element("th")!.Value.Should().Be("dep_hour (critical)");
    }

    [Fact]
    public void A_verdict_that_came_from_earlier_windows_links_to_the_windows() =>
        Page(SampleReports.AllOk with { Verdict = DriftVerdict.Drift }).Descendants("div").First().Descendants("a").Single().Attribute("href")!.Value.Should().Be("#windows");

    [Fact]
    public void It_has_every_part()
    {
        Headings(Page(SampleReports.Drifted)).Should().Equal(
            "What was compared", "Missing, unseen and out of range", "Performance", "Windows", "Subjects by windows", "Importance and drift", "Bin by bin", "Notes", "Not checked here", "What the numbers mean", "To reproduce");
        Headings(Page(SampleReports.NoRows)).Should().Equal("What was compared", "Windows", "Bin by bin", "Notes", "Not checked here", "What the numbers mean", "To reproduce");
    }

    [Fact]
    public void The_table_has_every_subject_worst_first_with_every_number()
    {
        var rows = Page(SampleReports.Drifted).Descendants("tr").Where(row => row.Attribute("id") is not null).Select(row => string.Join('|', row.Elements().Select(cell => cell.Value))).ToList();

        rows.Should().HaveCount(7);
        rows[0].Should().MatchRegex(@"^dep_hour \(critical\)\|▲ drift\|0\.5\d\d\|0\.100\|0\.001\|0\.002\|<1e-16\|84,000\|9,4\d\d\|> 19: 10\.0 % → 2\d\.\d %$");
        rows[3].Should().StartWith("distance|▲ drift|").And.EndWith("|missing: 0.12 % → 5.3 %");
        rows[6].Should().Contain("● ok");
    }

    [Fact]
    public void Those_that_drifted_are_open_and_bars_have_every_bin()
    {
        var details = Page(SampleReports.Drifted).Descendants("details").ToList();

        details.Where(detail => detail.Attribute("open") is not null).Select(detail => detail.Descendants("h3").Single().Value).Should().Equal("dep_hour", "prediction", "carrier", "distance");
        var bars = details[0].Element("div")!.Element("svg")!;
        bars.Elements("rect").Should().HaveCount(30, "each of ten bins has two shares and a part of the PSI");
        bars.Elements("line").Should().ContainSingle("the line of chance");
        details[3].Value.Should().Contain("missing").And.Contain("0.12 % → 5.3 %");
    }

    [Fact]
    public void Cells_of_the_heat_map_say_number_and_mark()
    {
        var map = Page(SampleReports.Drifted).Descendants("table").Single(table => table.Attribute("class")?.Value == "heat");

        map.Descendants("thead").Single().Descendants("th").Should().HaveCount(13);
        var cells = map.Descendants("tbody").Elements("tr").First().Elements("td").ToList();
        cells.Should().HaveCount(12);
        cells[0].Value.Should().Be("0.00");
        cells[^1].Value.Should().MatchRegex(@"^0\.5\d ▲$");
        cells[^1].Attribute("class")!.Value.Should().Be("h4");
    }

    [Fact]
    public void The_estimate_stands_with_its_band_and_its_assumption()
    {
        var text = Page(SampleReports.Drifted).Root!.Value;

        text.Should().Contain("0.7146 (0.6996 to 0.7296)").And.Contain(PerformanceEstimate.Assumption);
    }

    [Theory]
    [InlineData("drifted")]
    [InlineData("nasty")]
    [InlineData("large")]
    public void Nothing_is_loaded_from_elsewhere_and_nothing_runs(string name)
    {
        var text = _fixture.Html(Sample(name));

        var page = Parse(text);
        page.Descendants().Select(element => element.Name.LocalName).Should().NotContain(["script", "link", "img", "iframe", "object", "embed", "form"]);
        page.Descendants().Attributes().Should().NotContain(attribute => attribute.Name.LocalName == "src" || attribute.Name.LocalName == "style" || attribute.Name.LocalName.StartsWith("on"));
        page.Descendants().Attributes("href").Should().OnlyContain(href => href.Value.StartsWith('#'));
        page.Descendants("style").Single().Value.Should().NotContainAny("url(", "@import", "http");
    }

    [Theory]
    [InlineData("drifted")]
    [InlineData("nasty")]
    [InlineData("no rows")]
    [InlineData("large")]
    public void Who_does_not_see_it_can_read_it(string name)
    {
        var page = Page(Sample(name));

        var levels = page.Descendants().Where(element => element.Name.LocalName is "h1" or "h2" or "h3").Select(heading => heading.Name.LocalName[1] - '0').ToList();
        levels[0].Should().Be(1);
        levels.Count(level => level == 1).Should().Be(1);
        levels.Zip(levels.Skip(1), (before, after) => after - before).Should().OnlyContain(step => step <= 1);
        page.Descendants("table").Should().OnlyContain(table => table.Element("caption") != null && table.Descendants("th").All(header => header.Attribute("scope") != null));
        page.Descendants("svg").Should().NotContain(svg => svg.Attribute("role")!.Value != "img" || svg.Elements().First().Name != "title");
        var ids = page.Descendants().Attributes("id").Select(id => id.Value).ToList();
        ids.Should().OnlyHaveUniqueItems();
        page.Descendants("a").Attributes("href").Select(href => href.Value[1..]).Should().BeSubsetOf(ids);
    }

    [Fact]
    public void Nasty_names_are_text()
    {
        var text = _fixture.Html(SampleReports.Nasty);

        text.Should().NotContain("<script").And.NotContain("\u202E").And.NotContain("\u001b");
        Parse(text).Descendants("h3").Select(heading => heading.Value).Should().Contain(SampleReports.ScriptName).And.Contain(SampleReports.EmojiName).And.OnlyContain(name => name.Length < 100);
    }

    [Fact]
    public void Two_hundred_features_over_thirty_windows_stay_small_and_only_the_worst_are_shown_in_full()
    {
        var text = _fixture.Html(SampleReports.Large(200, 30, 300));

        Encoding.UTF8.GetByteCount(text).Should().BeLessThan(300_000);
        var page = Parse(text);
        page.Descendants("tr").Count(row => row.Attribute("id") is not null).Should().Be(200);
        page.Descendants("details").Should().HaveCount(40);
    }

    [Theory]
    [InlineData("ink", "paper")]
    [InlineData("ink", "soft")]
    [InlineData("pass", "paper")]
    [InlineData("fail", "paper")]
    [InlineData("fail", "soft")]
    [InlineData("warn", "paper")]
    [InlineData("warn", "soft")]
    [InlineData("quiet", "paper")]
    [InlineData("quiet", "soft")]
    [InlineData("bar", "paper")]
    public void Text_stands_out_from_what_is_behind_it_in_light_and_dark(string text, string behind)
    {
        var style = Page(SampleReports.Small).Descendants("style").Single().Value;

        var (texts, behinds) = (Colours(style, text), Colours(style, behind));

        texts.Should().HaveCount(2);
        texts.Zip(behinds, Contrast).Should().OnlyContain(contrast => contrast >= 4.5);
    }

    private static List<string> Colours(string style, string name) => [.. Regex.Matches(style, $"--{name}: #([0-9a-f]{{6}})", RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value)];

    // WCAG 2.1, contrast ratio.
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var parts = Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(i * 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4)).ToList();
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static DriftReport Sample(string name) => name switch
    {
        "drifted" => SampleReports.Drifted,
        "nasty" => SampleReports.Nasty,
        "no rows" => SampleReports.NoRows,
        _ => SampleReports.Large(200, 3),
    };

    private static List<string> Headings(XDocument page) => [.. page.Descendants("h2").Select(heading => heading.Value)];

    private XDocument Page(DriftReport report) => Parse(_fixture.Html(report));

    /// <summary>As XML but for the doctype and elements that have no end: any tag out of place is an error.</summary>
    private static XDocument Parse(string text)
    {
        text.Should().StartWith("<!DOCTYPE html>\n").And.EndWith("</html>\n");
        return XDocument.Parse(Regex.Replace(text[text.IndexOf('\n', StringComparison.Ordinal)..], "<(meta[^>]*)>", "<$1/>", RegexOptions.None, TimeSpan.FromSeconds(5)));
    }
}
