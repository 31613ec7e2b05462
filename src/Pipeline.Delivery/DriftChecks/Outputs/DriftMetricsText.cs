using System.Globalization;
using System.Text;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// The report in OpenMetrics' text form, which Pushgateways and Prometheus' own parser read as well: gauges only, no timestamps (a Pushgateway refuses them). What has no
/// value has no sample, so that an alert can ask for absence and nothing is NaN.
/// </summary>
internal static class DriftMetricsText
{
    private const string VerdictCodes = "-1 too few rows, 0 ok, 1 warning, 2 drift";

    private sealed record Sample(string Labels, double? Value);

    public static string Render(DriftReport report)
    {
        var text = new StringBuilder();
        var common = $"model=\"{Escape(report.Model)}\",version=\"{Escape(report.Version)}\",stage=\"{Escape(report.Stage ?? string.Empty)}\"";
        Append(text, "model_drift_verdict", $"What the check says over the last windows: {VerdictCodes}.", [new Sample(common, Code(report.Verdict))]);
        Append(text, "model_drift_checked_timestamp_seconds", "When the check ran.", [new Sample(common, Seconds(report.CheckedAt))]);
        if (report.Windows.Count > 0)
        {
            AppendWindow(text, common, report.Windows[^1]);
        }

        return text.Append("# EOF\n").ToString();
    }

    private static void AppendWindow(StringBuilder text, string common, WindowReport window)
    {
        Append(text, "model_drift_window_verdict", $"What the last window says by itself: {VerdictCodes}.", [new Sample(common, Code(window.Drift.Verdict))]);
        Append(text, "model_drift_window_end_timestamp_seconds", "End of the last window.", [new Sample(common, Seconds(window.Drift.To))]);
        Append(text, "model_drift_rows", "Rows of the last window.", [new Sample(common, window.Drift.Rows)]);
        Append(text, "model_drift_coverage_ratio", "Rows that were counted, of those that were answered.", [new Sample(common, window.Coverage)]);

        var subjects = window.Drift.Subjects;
        AppendSubjects(text, common, subjects, "model_drift_subject_verdict", $"What the last window says of a subject: {VerdictCodes}.", subject => Code(subject.Verdict));
        AppendSubjects(text, common, subjects, "model_drift_subject_rows", "Values of the last window that are in bins.", subject => subject.CurrentRows);
        AppendSubjects(text, common, subjects, "model_drift_psi", "Population stability index with empty shares raised to 0.0001.", subject => subject.Effect?.Psi);
        AppendSubjects(text, common, subjects, "model_drift_adjusted_psi", "Population stability index less what chance alone gives; the verdict is by this one.", subject => subject.Effect?.AdjustedPsi);
        AppendSubjects(text, common, subjects, "model_drift_noise_floor_psi", "Population stability index that is expected without drift.", subject => subject.Effect?.NoiseFloor);
        AppendSubjects(text, common, subjects, "model_drift_smallest_detectable_psi", "The least adjusted index that would be found with these numbers of rows.", subject => subject.Effect?.SmallestDetectablePsi);
        AppendSubjects(text, common, subjects, "model_drift_p_value", "Of the test that both sides follow one law.", subject => subject.Test?.PValue);
        AppendSubjects(text, common, subjects, "model_drift_adjusted_p_value", "The same after Benjamini and Hochberg over all tests of the window.", subject => subject.Test?.AdjustedPValue);
        AppendRates(text, common, subjects, "model_drift_rate", "Share of the last window's rows whose value is in a state.", rate => rate.CurrentRate);
        AppendRates(text, common, subjects, "model_drift_reference_rate", "Share of the reference's rows whose value is in a state.", rate => rate.ReferenceRate);
        AppendRates(text, common, subjects, "model_drift_rate_verdict", $"What the last window says of such a rate: {VerdictCodes}.", rate => Code(rate.Verdict));

        AppendPerformance(text, common, window, "model_drift_performance_reference", "A metric on the reference's test rows.", metric => metric.Reference);
        AppendPerformance(text, common, window, "model_drift_performance_estimate", "The metric's expected value on the last window, without labels.", metric => metric.Estimate);
        AppendPerformance(text, common, window, "model_drift_performance_estimate_low", "The estimate less three standard errors.", metric => metric.EstimateLow);
        AppendPerformance(text, common, window, "model_drift_performance_estimate_high", "The estimate plus three standard errors.", metric => metric.EstimateHigh);
        AppendPerformance(text, common, window, "model_drift_performance_realized", "The metric by the labels that are known.", metric => metric.Realized);
    }

    private static void AppendSubjects(StringBuilder text, string common, IReadOnlyList<SubjectDrift> subjects, string name, string help, Func<SubjectDrift, double?> value) =>
        Append(text, name, help, subjects.Select(subject => new Sample($"{common},{Labels(subject)}", value(subject))));

    private static void AppendRates(StringBuilder text, string common, IReadOnlyList<SubjectDrift> subjects, string name, string help, Func<RateDrift, double?> value) =>
        Append(text, name, help, subjects.SelectMany(subject => subject.Rates, (subject, rate) => new Sample($"{common},{Labels(subject)},state=\"{VerdictText.Word(rate.State)}\"", value(rate))));

    private static void AppendPerformance(StringBuilder text, string common, WindowReport window, string name, string help, Func<PerformanceEstimate, double?> value) =>
        Append(text, name, help, window.Performance.Select(metric => new Sample($"{common},metric=\"{Escape(metric.Metric)}\"", value(metric))));

    private static void Append(StringBuilder text, string name, string help, IEnumerable<Sample> samples)
    {
        var known = samples.Where(sample => sample.Value is not null).ToList();
        if (known.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
        foreach (var sample in known)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{{{sample.Labels}}} {sample.Value:R}\n");
        }
    }

    private static string Labels(SubjectDrift subject) => $"subject=\"{Escape(subject.Name)}\",kind=\"{VerdictText.Word(subject.Kind)}\"";

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static double Code(DriftVerdict verdict) => verdict switch
    {
        DriftVerdict.Insufficient => -1,
        DriftVerdict.Warn => 1,
        DriftVerdict.Drift => 2,
        _ => 0,
    };

    private static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() / 1000d;
}
