using System.Globalization;
using System.Xml.Linq;

namespace Pipeline.Delivery.Reports;

/// <summary>A report as JUnit XML, which every CI server shows.</summary>
/// <remarks>Elements are in the order that Jenkins' schema demands. Times are 0: a case is a comparison, not something that was run.</remarks>
internal static class JUnitXml
{
    /// <param name="group">What kind of report it is, one word.</param>
    /// <param name="title">Of the suite.</param>
    /// <param name="at">When it was judged; null if that is not known.</param>
    /// <param name="properties">What else is known of it.</param>
    /// <param name="cases">At least one.</param>
    public static string Render(string group, string title, DateTimeOffset? at, IEnumerable<(string Name, string Value)> properties, IReadOnlyCollection<JUnitCase> cases)
    {
        object[] totals =
        [
            new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(one => one.Outcome == JUnitOutcome.Failed)),
            new XAttribute("errors", 0),
            new XAttribute("skipped", cases.Count(one => one.Outcome == JUnitOutcome.Skipped)),
            new XAttribute("time", "0"),
        ];
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", title),
            totals,
            at is { } time ? new XAttribute("timestamp", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)) : null,
            new XElement("properties", properties.Select(property => new XElement("property", new XAttribute("name", property.Name), new XAttribute("value", VisibleText.Sentence(property.Value))))),
            cases.Select(Element));
        var root = new XElement("testsuites", new XAttribute("name", group), totals, suite);
        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root.ToString().ReplaceLineEndings("\n")}\n";
    }

    private static XElement Element(JUnitCase one) => new(
        "testcase",
        new XAttribute("classname", one.ClassName),
        new XAttribute("name", VisibleText.Sentence(one.Name)),
        new XAttribute("time", "0"),
        one.Outcome switch
        {
            JUnitOutcome.Failed => new XElement("failure", new XAttribute("message", VisibleText.Sentence(one.Message)), new XAttribute("type", one.Type), VisibleText.Of(one.Message)),
            JUnitOutcome.Skipped => new XElement("skipped", new XAttribute("message", VisibleText.Sentence(one.Message))),
            JUnitOutcome.PassedWithOutput => new XElement("system-out", $"{one.Type}: {VisibleText.Of(one.Message)}"),
            _ => null,
        });
}
