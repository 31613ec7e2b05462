using System.Text;
using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Delivery.Reports;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftMarkdownTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Its_text_is_the_reviewed_one() => Snapshot.ShouldBe("drift.md", _fixture.Markdown(SampleReports.Drifted));

    [Fact]
    public void Nasty_names_are_text() => Snapshot.ShouldBe("drift-nasty.md", _fixture.Markdown(SampleReports.Nasty));

    [Fact]
    public void Every_line_of_the_table_has_seven_cells()
    {
        var rows = _fixture.Markdown(SampleReports.Nasty).Split('\n').SkipWhile(line => !line.StartsWith("| Subject", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|')).ToList();

        rows.Should().HaveCount(2 + SampleReports.Nasty.Windows[^1].Drift.Subjects.Count);
        rows.Should().OnlyContain(row => row.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|') == 8);
    }

    [Theory]
    [InlineData("@team", "@&#8203;team")]
    [InlineData("#12 and gh-3", "#&#8203;12 and gh&#8203;-3")]
    [InlineData("https://a.example www.b.example", "https:/&#8203;/a.example www&#8203;.b.example")]
    [InlineData("a|b`c`*d*[e](f)", "a\\|b\\`c\\`\\*d\\*\\[e\\](f)")]
    [InlineData("dep_hour _it_", "dep_hour \\_it\\_")]
    [InlineData("<b>&amp;", "&lt;b&gt;&amp;amp;")]
    [InlineData("two\nlines", "two␊lines")]
    public void What_Markdown_would_read_as_its_own_is_escaped(string text, string expected) => MarkdownText.Of(text).Should().Be(expected);

    [Fact]
    public void A_large_report_is_cut_after_its_worst_rows_and_says_where_the_rest_is()
    {
        var text = _fixture.Markdown(SampleReports.Large(700, 1, 400));

        Encoding.UTF8.GetByteCount(text).Should().BeInRange(50_000, DriftMarkdown.MaxBytes);
        text.Should().MatchRegex("\n[0-9]+ more subjects, none of them worse than these, are in `drift.html` and `drift.json`.\n");
        text.Should().Contain("### Rates");
    }

    [Fact]
    public void Many_long_notes_are_cut_too()
    {
        var text = _fixture.Markdown(SampleReports.Small with { Notes = [.. Enumerable.Repeat(new string('|', 2_000), 500)] });

        Encoding.UTF8.GetByteCount(text).Should().BeLessThan(DriftMarkdown.MaxBytes);
        text.Should().EndWith("\nThe rest is in `drift.html`.\n");
    }
}
