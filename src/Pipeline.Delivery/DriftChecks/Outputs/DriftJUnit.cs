using System.Globalization;
using System.Xml.Linq;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// The report as JUnit XML, which every CI server shows: a test case for the check's own verdict and one for each subject and each rate of the last window. Drift is a failure,
/// too little data a skip; a warning passes and says so in its output.
/// </summary>
/// <remarks>Elements are in the order that Jenkins' schema demands. Times are 0: a case is a comparison, not something that was run.</remarks>
internal static class DriftJUnit
{
    private sealed record Case(string ClassName, string Name, DriftVerdict Verdict, string Message);

    public static string Render(DriftReport report)
    {
        var model = VisibleText.Name(report.Model);
        var cases = Cases(report, $"drift.{model}").ToList();
        object[] totals =
        [
            new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(one => one.Verdict == DriftVerdict.Drift)),
            new XAttribute("errors", 0),
            new XAttribute("skipped", cases.Count(one => one.Verdict == DriftVerdict.Insufficient)),
            new XAttribute("time", "0"),
        ];
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", $"drift of {model}"),
            totals,
            new XAttribute("timestamp", report.CheckedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)),
            new XElement(
                "properties",
                Property("version", report.Version),
                Property("package", report.PackageDigest),
                Property("stage", report.Stage ?? string.Empty),
                Property("source", report.Source),
                Property("window", report.Windows.Count == 0 ? string.Empty : NumberText.Span(report.Windows[^1].Drift.From, report.Windows[^1].Drift.To))),
            cases.Select(Element));
        var root = new XElement("testsuites", new XAttribute("name", "drift"), totals, suite);
        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root.ToString().ReplaceLineEndings("\n")}\n";
    }

    private static IEnumerable<Case> Cases(DriftReport report, string className)
    {
        yield return new Case(className, "check", report.Verdict, report.Reason);
        if (report.Windows.Count == 0)
        {
            yield break;
        }

        foreach (var subject in report.Windows[^1].Drift.Subjects)
        {
            var kind = $"{className}.{VerdictText.Word(subject.Kind)}";
            yield return new Case(kind, subject.Name, subject.Verdict, subject.Reason);
            foreach (var rate in subject.Rates)
            {
                yield return new Case(kind, $"{subject.Name}: {VerdictText.Phrase(rate.State)}", rate.Verdict, RateMessage(rate));
            }
        }
    }

    private static string RateMessage(RateDrift rate) =>
        $"{VerdictText.Phrase(rate.State)}: {NumberText.Percent(rate.ReferenceRate)} of the reference ({NumberText.Count(rate.Reference)} rows), {NumberText.Percent(rate.CurrentRate)} of the window ({NumberText.Count(rate.Current)} rows), adjusted p {NumberText.PValue(rate.Test.AdjustedPValue)}";

    private static XElement Element(Case one) => new(
        "testcase",
        new XAttribute("classname", one.ClassName),
        new XAttribute("name", VisibleText.Sentence(one.Name)),
        new XAttribute("time", "0"),
        one.Verdict switch
        {
            DriftVerdict.Drift => new XElement("failure", new XAttribute("message", VisibleText.Sentence(one.Message)), new XAttribute("type", VerdictText.Word(one.Verdict)), VisibleText.Of(one.Message)),
            DriftVerdict.Insufficient => new XElement("skipped", new XAttribute("message", VisibleText.Sentence(one.Message))),
            DriftVerdict.Warn => new XElement("system-out", $"warn: {VisibleText.Of(one.Message)}"),
            _ => null,
        });

    private static XElement Property(string name, string value) => new("property", new XAttribute("name", name), new XAttribute("value", VisibleText.Sentence(value)));
}
