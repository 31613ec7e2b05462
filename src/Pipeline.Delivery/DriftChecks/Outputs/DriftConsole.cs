using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>The report on the console: what is wrong, how sure that is, and where to look next.</summary>
public static class DriftConsole
{
    /// <summary>Lines of the table, unless more subjects than this are wrong.</summary>
    private const int MaxSubjects = 15;

    private const int MaxWrong = 40;
    private const int MaxRates = 15;
    private const int NameWidth = 32;

    /// <param name="log">Where to.</param>
    /// <param name="report">What was found.</param>
    /// <param name="files">Where its forms lie: the last line names the page.</param>
    public static void Print(RunLog log, DriftReport report, DriftFiles files)
    {
        report = PublishedReport.Of(report);
        if (report.Windows.Count > 0)
        {
            var window = report.Windows[^1];
            log.Info($"drift of {Name(report.Model)} {Name(report.Version)}, the last of {report.Windows.Count} windows: {NumberText.Span(window.Drift.From, window.Drift.To)}, {NumberText.Count(window.Drift.Rows)} rows from {VisibleText.Sentence(report.Source)}");
            PrintSubjects(log, window.Drift.Subjects);
            PrintRates(log, window.Drift.Subjects);
            PrintPerformance(log, window.Performance);
        }

        var end = $"{VerdictText.Word(report.Verdict).ToUpperInvariant()}: {VisibleText.Sentence(report.Reason)} Open {files.Html}";
        if (report.Verdict == DriftVerdict.Ok)
        {
            log.Info(end);
        }
        else
        {
            log.Warn(end);
        }
    }

    private static void PrintSubjects(RunLog log, IReadOnlyList<SubjectDrift> subjects)
    {
        var worstFirst = WorstFirst.Order(subjects);
        var wrong = worstFirst.Count(subject => subject.Verdict is DriftVerdict.Drift or DriftVerdict.Warn);
        var shown = Math.Clamp(wrong, MaxSubjects, MaxWrong);
        log.Table(
            ["Verdict", "Subject", "Adjusted PSI", "Noise floor", "Smallest detectable", "p (adjusted)", "n → m", "Moved most"],
            worstFirst.Take(shown).Select(subject => new[]
            {
                $"{VerdictText.Mark(subject.Verdict)} {VerdictText.Word(subject.Verdict)}",
                Name(subject.Name),
                NumberText.Psi(subject.Effect?.AdjustedPsi),
                NumberText.Psi(subject.Effect?.NoiseFloor),
                NumberText.Psi(subject.Effect?.SmallestDetectablePsi),
                NumberText.PValue(subject.Test?.AdjustedPValue),
                $"{NumberText.Count(subject.ReferenceRows)} → {NumberText.Count(subject.CurrentRows)}",
                MovedMost.Of(subject),
            }));
        if (subjects.Count > shown)
        {
            log.Info($"{subjects.Count - shown} more subjects, none of them worse");
        }
    }

    private static void PrintRates(RunLog log, IReadOnlyList<SubjectDrift> subjects)
    {
        var rates = WorstFirst.Rates(subjects);
        if (rates.Count == 0)
        {
            return;
        }

        log.Table(
            ["Verdict", "Subject", "Rows that are", "Reference", "Window", "p (adjusted)"],
            rates.Take(MaxRates).Select(row => new[]
            {
                $"{VerdictText.Mark(row.Rate.Verdict)} {VerdictText.Word(row.Rate.Verdict)}",
                Name(row.Subject.Name),
                VerdictText.Phrase(row.Rate.State),
                NumberText.Percent(row.Rate.ReferenceRate),
                NumberText.Percent(row.Rate.CurrentRate),
                NumberText.PValue(row.Rate.Test.AdjustedPValue),
            }));
        if (rates.Count > MaxRates)
        {
            log.Info($"{rates.Count - MaxRates} more rates, none of them further apart");
        }
    }

    private static void PrintPerformance(RunLog log, IReadOnlyList<PerformanceEstimate> performance)
    {
        if (performance.Count == 0)
        {
            return;
        }

        log.Table(
            ["Metric", "Reference", "Estimate without labels", "Realized", "Labelled rows"],
            performance.Select(metric => new[]
            {
                Name(metric.Metric), NumberText.Metric(metric.Reference), PerformanceText.Estimate(metric), NumberText.Metric(metric.Realized), NumberText.Count(metric.LabeledRows),
            }));
        log.Info($"the estimate {PerformanceEstimate.Assumption}");
    }

    private static string Name(string name) => VisibleText.Name(name, NameWidth);
}
