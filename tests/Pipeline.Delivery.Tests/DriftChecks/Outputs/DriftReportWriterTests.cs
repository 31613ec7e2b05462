using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftReportWriterTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Every_form_lies_in_the_folder_and_nothing_else_is_left()
    {
        var files = _fixture.Write(SampleReports.Drifted);

        string[] paths = [files.Html, files.Markdown, files.JUnit, files.Metrics, files.Json];
        Directory.EnumerateFileSystemEntries(_fixture.Directory).Should().BeEquivalentTo(paths);
        paths.Select(path => Path.GetFileName(path)).Should().Equal("drift.html", "drift.md", "drift.junit.xml", "drift.prom", "drift.json");
        _fixture.Stage.Stored.Should().BeEmpty();
    }

    [Fact]
    public void A_later_report_replaces_every_form_of_an_earlier_one()
    {
        var first = Texts(_fixture.Write(SampleReports.Drifted).Html);

        var second = Texts(_fixture.Write(SampleReports.NoRows).Html);

        second.Keys.Should().Equal(first.Keys);
        second.Should().OnlyContain(file => file.Value != first[file.Key]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_none_is_refused_before_anything_is_written(double number)
    {
        var report = SampleReports.Small with { Importance = new Dictionary<string, double> { ["carrier"] = number } };

        var act = () => _fixture.Write(report);

        act.Should().Throw<ArgumentException>();
        Directory.Exists(_fixture.Directory).Should().BeFalse();
    }

    [Fact]
    public void All_forms_are_the_same_in_every_culture()
    {
        var before = Texts(_fixture.Write(SampleReports.Drifted).Html);
        using var culture = new CultureScope("de-DE");

        Texts(_fixture.Write(SampleReports.Drifted).Html).Should().Equal(before);
    }

    [Fact]
    public void A_report_without_any_window_has_all_forms()
    {
        var files = _fixture.Write(SampleReports.NoRows with { Windows = [], Verdict = DriftVerdict.Insufficient });

        Texts(files.Html).Values.Should().OnlyContain(text => text.Length > 0);
    }

    private static SortedDictionary<string, string> Texts(string anyFile) =>
        new(Directory.EnumerateFiles(Path.GetDirectoryName(anyFile)!).ToDictionary(path => Path.GetFileName(path), File.ReadAllText), StringComparer.Ordinal);
}
