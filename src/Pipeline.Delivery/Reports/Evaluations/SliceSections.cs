using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Metrics;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>How the candidate does on parts of the rows: the slices that the definition names, those that a search found, and groups that must be treated alike.</summary>
internal static class SliceSections
{
    // A page that nobody can read helps nobody; report.json has them all.
    private const int MaxRows = 60;

    // Two columns and their values.
    private const int NameWidth = 100;

    /// <param name="report">The evaluation.</param>
    /// <param name="metric">What slices are shown by, worst first.</param>
    public static string Html(EvaluationReport report, MetricDefinition metric) => $"""
        <h2>Slices</h2>
        {Declared(report, metric)}
        {Worst(report)}
        {string.Join('\n', report.Fairness.Select(Fairness))}
        """;

    private static string Declared(EvaluationReport report, MetricDefinition metric)
    {
        if (report.Slices.Count == 0)
        {
            return "<p>The definition names no slices.</p>";
        }

        var whole = report.Metrics.GetValueOrDefault(metric.Name);
        var sign = metric.Direction == MetricDirection.HigherIsBetter ? 1 : -1;
        var judged = report.Slices.Where(slice => slice.Metrics?.GetValueOrDefault(metric.Name)?.Value is not null).OrderBy(slice => sign * Estimate(slice).Value).ToList();
        var others = report.Slices.Except(judged).ToList();
        if (judged.Count == 0)
        {
            return $"<p>None of the {Number(others.Count)} slices can be judged by {Text(metric.Name)}.{Text(Rest(0, others))}</p>";
        }

        var intervals = judged.Take(MaxRows).Select(slice => Estimate(slice).Interval).OfType<ConfidenceInterval>().Append(whole?.Interval).OfType<ConfidenceInterval>().ToList();
        var (low, high) = intervals.Count == 0 ? (0.0, 1.0) : (intervals.Min(interval => interval.Low), intervals.Max(interval => interval.High));
        return $"""
            <p>By {Text(metric.Name)}, worst first. Drawn: ┊ all test rows, the bar the 95 % interval of the slice, from {MetricText.Of(low)} to {MetricText.Of(high)}.{Text(Rest(judged.Count, others))}</p>
            {Table(["Slice", $"#{metric.Name}", "~95 % interval", "Drawn", "#Rows", .. report.Binary is null ? Array.Empty<string>() : ["#Positives"]], judged.Take(MaxRows).Select(Cells), "Slices of the definition", rowHeader: 0)}
            """;

        string[] Cells(SliceReport slice) =>
        [
            Text(VisibleText.Name(slice.Name, NameWidth)),
            MetricText.Of(Estimate(slice).Value),
            MetricText.Of(Estimate(slice).Interval),
            Estimate(slice) is { Value: { } value, Interval: { } interval } ? IntervalBar.Render(value, interval, low, high, whole?.Value) : "–",
            Number(slice.Rows),
            .. slice.Positives is { } positives ? [Number(positives)] : Array.Empty<string>(),
        ];

        MetricEstimate Estimate(SliceReport slice) => slice.Metrics![metric.Name];
    }

    private static string Rest(int judged, List<SliceReport> others)
    {
        var left = judged > MaxRows ? $" The worst {MaxRows} of {Number(judged)}; report.json has all." : string.Empty;
        return others.Count == 0 ? left : $"{left} Not judged for having too few rows, or rows of one class only: {string.Join(", ", others.Take(20).Select(slice => string.Create(CultureInfo.InvariantCulture, $"{VisibleText.Name(slice.Name)} ({slice.Rows})")))}{(others.Count > 20 ? string.Create(CultureInfo.InvariantCulture, $" and {others.Count - 20} more") : string.Empty)}.";
    }

    private static string Worst(EvaluationReport report)
    {
        var loss = TaskSections.LossName(report);
        if (report.WorstSlices is not { } worst)
        {
            return "<h3>Worst slices</h3>\n<p>They were not looked for (evaluation.worstSlices is 0).</p>";
        }

        var intro = string.Create(CultureInfo.InvariantCulture, $"Every value of every column and every pair of them was tried, {worst.Tried:N0} slices in {worst.Rows:N0} rows; ");
        return worst.Found.Count == 0
            ? $"<h3>Worst slices</h3>\n<p>{intro}none has a higher {loss} than the rest beyond chance.</p>"
            : $"""
                <h3>Worst slices</h3>
                <p>{intro}these have a higher {loss} than the rest beyond chance (Welch's test, corrected for all that were tried), most by effect. Where the model says as much as happens the rows are hard; where it says more or less it is wrong about them.</p>
                {Table(["Slice", "#Rows", $"#{char.ToUpperInvariant(loss[0])}{loss[1..]}", "#Of the rest", "#Effect", "#p, corrected", "#Model says", "#Happened"], worst.Found.Select(Cells), "Slices on which the model is worst", rowHeader: 0)}
                """;

        static string[] Cells(WorstSlice slice) =>
        [
            Text(VisibleText.Name(slice.Name, NameWidth)),
            Number(slice.Rows),
            MetricText.Of(slice.Loss),
            MetricText.Of(slice.RestLoss),
            slice.EffectSize.ToString("0.00", CultureInfo.InvariantCulture),
            DifferenceText.OfP(slice.AdjustedPValue),
            MetricText.Of(slice.Said),
            MetricText.Of(slice.Happened),
        ];
    }

    private static string Fairness(GroupFairnessReport fairness) => $"""
        <h3>Groups by {Text(VisibleText.Name(fairness.By))}</h3>
        {(fairness.Measures is { } measures
            ? Table(["Measure", "#Value", "~95 % interval", "What it is"], measures.Select(measure => (string[])[Text(measure.Key), MetricText.Of(measure.Value.Value), MetricText.Of(measure.Value.Interval), Text(measure.Value.Undefined ?? FairnessMeasures.Meaning(measure.Key))]), "How differently groups are treated")
            : "<p>There are not two groups with rows enough to compare.</p>")}
        {Table(["Group", "#Rows", "#Predicted positive", "#Recall", "#False positive rate"], Extremes(fairness.Groups).Select(group => (string[])[Text(VisibleText.Name(group.Name)), Number(group.Rows), MetricText.Of(group.PredictedPositiveRate), MetricText.Of(group.Recall), MetricText.Of(group.FalsePositiveRate)]), "Groups", rowHeader: 0)}
        {(fairness.Groups.Count > MaxRows ? $"<p>The {MaxRows / 2} of the lowest and the {MaxRows / 2} of the highest share predicted positive, of {Number(fairness.Groups.Count)}; report.json has all.</p>" : string.Empty)}
        {(fairness.TooSmall == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"<p>{fairness.TooSmall} more have too few rows.</p>"))}
        """;

    // The measures are about the groups at the ends.
    private static IEnumerable<TreatedGroup> Extremes(IReadOnlyList<TreatedGroup> groups)
    {
        if (groups.Count <= MaxRows)
        {
            return groups;
        }

        var ordered = groups.OrderBy(group => group.PredictedPositiveRate).ToList();
        return [.. ordered.Take(MaxRows / 2), .. ordered.TakeLast(MaxRows / 2)];
    }
}
