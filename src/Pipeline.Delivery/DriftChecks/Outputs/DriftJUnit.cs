using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// The report as JUnit XML: a test case for the check's own verdict and one for each subject and each rate of the last window. Drift is a failure, too little data a skip; a warning
/// passes and says so in its output.
/// </summary>
internal static class DriftJUnit
{
    public static string Render(DriftReport report)
    {
        var model = VisibleText.Name(report.Model);
        (string, string)[] properties =
        [
            ("version", report.Version),
            ("package", report.PackageDigest),
            ("stage", report.Stage ?? string.Empty),
            ("source", report.Source),
            ("window", report.Windows.Count == 0 ? string.Empty : NumberText.Span(report.Windows[^1].Drift.From, report.Windows[^1].Drift.To)),
        ];
        return JUnitXml.Render("drift", $"drift of {model}", report.CheckedAt, properties, [.. Cases(report, $"drift.{model}")]);
    }

    private static IEnumerable<JUnitCase> Cases(DriftReport report, string className)
    {
        yield return Case(className, "check", report.Verdict, report.Reason);
        if (report.Windows.Count == 0)
        {
            yield break;
        }

        foreach (var subject in report.Windows[^1].Drift.Subjects)
        {
            var kind = $"{className}.{VerdictText.Word(subject.Kind)}";
            yield return Case(kind, subject.Name, subject.Verdict, subject.Reason);
            foreach (var rate in subject.Rates)
            {
                yield return Case(kind, $"{subject.Name}: {VerdictText.Phrase(rate.State)}", rate.Verdict, RateMessage(rate));
            }
        }
    }

    private static string RateMessage(RateDrift rate) =>
        $"{VerdictText.Phrase(rate.State)}: {NumberText.Percent(rate.ReferenceRate)} of the reference ({NumberText.Count(rate.Reference)} rows), {NumberText.Percent(rate.CurrentRate)} of the window ({NumberText.Count(rate.Current)} rows), adjusted p {NumberText.PValue(rate.Test.AdjustedPValue)}";

    private static JUnitCase Case(string className, string name, DriftVerdict verdict, string message) => new(
        className,
        name,
        verdict switch
        {
            DriftVerdict.Drift => JUnitOutcome.Failed,
            DriftVerdict.Insufficient => JUnitOutcome.Skipped,
            DriftVerdict.Warn => JUnitOutcome.PassedWithOutput,
            _ => JUnitOutcome.Passed,
        },
        VerdictText.Word(verdict),
        message);
}
