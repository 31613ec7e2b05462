using System.Globalization;
using System.Xml.Linq;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftJUnitTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Its_text_is_the_reviewed_one() => Snapshot.ShouldBe("drift.junit.xml", _fixture.JUnit(SampleReports.Drifted));

    [Fact]
    public void There_is_a_case_for_the_check_for_every_subject_and_for_every_rate()
    {
        var subjects = SampleReports.Drifted.Windows[^1].Drift.Subjects;

        var cases = Cases(SampleReports.Drifted);

        cases.Should().HaveCount(1 + subjects.Count + subjects.Sum(subject => subject.Rates.Count));
        cases.Select(one => (one.Attribute("classname")!.Value, one.Attribute("name")!.Value)).Should().OnlyHaveUniqueItems();
        cases[0].Attribute("name")!.Value.Should().Be("check");
    }

    [Fact]
    public void Totals_agree_with_the_cases()
    {
        var root = XDocument.Parse(_fixture.JUnit(SampleReports.Drifted)).Root!;

        foreach (var element in new[] { root, root.Element("testsuite")! })
        {
            Total(element, "tests").Should().Be(root.Descendants("testcase").Count());
            Total(element, "failures").Should().Be(root.Descendants("failure").Count()).And.BePositive();
            Total(element, "skipped").Should().Be(root.Descendants("skipped").Count());
            Total(element, "errors").Should().Be(0);
            element.Attribute("time")!.Value.Should().Be("0");
        }
    }

    [Fact]
    public void Drift_fails_a_warning_passes_with_its_words_and_too_few_rows_are_skipped()
    {
        Cases(SampleReports.Drifted).Single(one => one.Attribute("name")!.Value == "dep_hour").Element("failure")!.Attribute("message")!.Value.Should().StartWith("Adjusted PSI");
        Cases(SampleReports.Drifted).Single(one => one.Attribute("name")!.Value == "predicted label").Elements().Single().Should().Match<XElement>(element => element.Name == "system-out" && element.Value.StartsWith("warn: "));
        Cases(SampleReports.NoRows).Should().OnlyContain(one => one.Elements().Single().Name == "skipped");
        Cases(SampleReports.AllOk).Should().OnlyContain(one => !one.HasElements);
    }

    [Fact]
    public void Nasty_names_make_well_formed_XML_and_stay_on_one_line()
    {
        var cases = Cases(SampleReports.Nasty);

        cases.Attributes("name").Select(name => name.Value).Should().Contain(SampleReports.ScriptName).And.Contain("two␊lines␍␊␛[31mred").And.Contain("a�b␀c�d");
        cases.Attributes("name").Should().OnlyContain(name => name.Value.Length <= 601);
    }

    [Fact]
    public void A_rate_says_both_shares()
    {
        var rate = Cases(SampleReports.Drifted).Single(one => one.Attribute("name")!.Value == "distance: missing");

        rate.Element("failure")!.Attribute("message")!.Value.Should().Be("missing: 0.12 % of the reference (100 rows), 5.3 % of the window (500 rows), adjusted p 2.5e-8");
        SampleReports.Drifted.Windows[^1].Drift.Subjects.Single(subject => subject.Name == "distance").Rates[0].Verdict.Should().Be(DriftVerdict.Drift);
    }

    private List<XElement> Cases(DriftReport report) => [.. XDocument.Parse(_fixture.JUnit(report)).Descendants("testcase")];

    private static int Total(XElement element, string name) => int.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
