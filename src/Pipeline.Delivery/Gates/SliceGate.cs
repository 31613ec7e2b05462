using System.Globalization;
using MathNet.Numerics.Distributions;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Statistics;
using Pipeline.Metrics;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// A bound for each slice. With many slices some are below it by chance, and none of the small ones can be proven above it; so it fails where a slice is on the wrong side beyond
/// chance, corrected for their number (Benjamini and Hochberg at 5 %), and says how many are surely on the right one.
/// </summary>
internal sealed class SliceGate(EvaluationReport candidate, Lazy<IMetricSample> answers, Lazy<IReadOnlyList<RowSlice>> slices, EvaluationSettings settings, CancellationToken cancellationToken)
{
    private const double Level = 0.05;

    /// <returns>One for a bound; for a comparison one for each champion, and one if there is none.</returns>
    public IReadOnlyList<GateRow> Judge(MetricGateSettings gate, IReadOnlyList<ComparedChampion> champions)
    {
        var of = string.Join(", ", gate.Slices);
        if (!candidate.Definitions.TryGetValue(gate.Metric, out var metric))
        {
            return [new GateRow($"{gate.Metric} in each of {of}", candidate.Rows, GateOutcome.Fail, $"there is no metric '{gate.Metric}'")];
        }

        if (!gate.IsComparison())
        {
            var bound = gate.Min ?? gate.Max ?? double.NaN;
            return [Decide(string.Create(CultureInfo.InvariantCulture, $"{gate.Metric} {(gate.Min is null ? "≤" : "≥")} {bound} in each of {of}"), metric, gate, OfBounds(gate, bound))];
        }

        var margin = gate.MaxRegression?.ToString(CultureInfo.InvariantCulture) ?? $"{(gate.MaxRelativeRegression * 100)?.ToString("0.###", CultureInfo.InvariantCulture)} %";
        var check = $"{gate.Metric} at most {margin} {(metric.Direction == MetricDirection.HigherIsBetter ? "below" : "above")} the champion's in each of {of}";
        return champions.Count == 0
            ? [new GateRow(check, candidate.Rows, GateOutcome.Pass, "no champion yet: this is the first promotion") { Meaning = metric.Meaning }]
            : [.. champions.Select(champion => Compare($"{check} ({champion.Champion.Stage} {champion.Champion.PackageDigest.Abbreviated})", metric, gate, champion))];
    }

    /// <summary>What a line says of slices that are too small.</summary>
    public static string NotJudged(int count, EvaluationSettings settings) =>
        count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; {count} with fewer than {settings.MinSliceRows} rows {(count == 1 ? "is" : "are")} not judged");

    private GateRow Compare(string check, MetricDefinition metric, MetricGateSettings gate, ComparedChampion champion)
    {
        if (champion.Answers is not { } theirs || (metric.NeedsThreshold && !champion.KnowsDecisions))
        {
            return new GateRow(check, candidate.Rows, GateOutcome.Fail, champion.WhyNot ?? "it cannot be compared slice by slice") { Meaning = metric.Meaning };
        }

        return Decide(check, metric, gate, [.. slices.Value.Where(slice => gate.Slices.Contains(slice.Of)).Select(slice => Compare(metric, gate, slice, answers.Value, theirs))]);
    }

    private Judged Compare(MetricDefinition metric, MetricGateSettings gate, RowSlice slice, IMetricSample ours, IMetricSample theirs)
    {
        if (slice.Rows.Count < settings.MinSliceRows)
        {
            return new Judged(slice.Of, slice.Name, slice.Rows.Count);
        }

        var (mine, other) = (ours.Take(slice.Rows), theirs.Take(slice.Rows));
        var reference = MetricEstimates.Values(other)[metric.Name];
        var allowed = gate.MaxRegression ?? (gate.MaxRelativeRegression * Math.Abs(reference ?? double.NaN));
        if (reference is not { } r || allowed is not { } a || PairedDifferences.Of(mine, other, new Resampling(settings.Resamples, Resampling.Default.Seed), cancellationToken)[metric.Name] is not { } difference)
        {
            return new Judged(slice.Of, slice.Name, slice.Rows.Count);
        }

        var isHigherBetter = metric.Direction == MetricDirection.HigherIsBetter;
        var room = isHigherBetter ? difference.Value + a : a - difference.Value;
        return new Judged(slice.Of, slice.Name, slice.Rows.Count)
        {
            Room = room,
            Ends = EndsOf(difference.Value, difference.Interval, isHigherBetter ? -a : a),
            Estimate = new MetricEstimate(r + difference.Value, null, null),
            Bound = isHigherBetter ? r - a : r + a,
            Champion = r,
        };
    }

    private List<Judged> OfBounds(MetricGateSettings gate, double bound) =>
    [
        .. candidate.Slices.Where(slice => gate.Slices.Contains(slice.Of)).Select(slice => slice.Metrics?.GetValueOrDefault(gate.Metric) is { Value: { } value, Interval: { } interval } estimate
            ? new Judged(slice.Of, slice.Name, slice.Rows) { Room = gate.Min is null ? bound - value : value - bound, Ends = EndsOf(value, interval, bound), Estimate = estimate, Bound = bound }
            : new Judged(slice.Of, slice.Name, slice.Rows)),
    ];

    private GateRow Decide(string check, MetricDefinition metric, MetricGateSettings gate, List<Judged> all)
    {
        var judged = all.Where(slice => slice.Room is not null).ToList();
        var tooSmall = all.Count(slice => slice.Rows < settings.MinSliceRows);
        var undefined = all.Count - judged.Count - tooSmall;
        if (judged.Count == 0)
        {
            return new GateRow(check, candidate.Rows, GateOutcome.NotEnoughData, WhyNone(all.Count, tooSmall)) { Meaning = metric.Meaning };
        }

        var adjusted = BenjaminiHochberg.Adjust([.. judged.Select(slice => slice.PValue)]);
        var below = judged.Where((slice, i) => slice.Room < 0 && adjusted[i] <= Level).ToList();
        var worst = (below.Count > 0 ? below : judged).MinBy(slice => slice.Room)!;
        var sure = judged.Count(slice => slice.Room >= slice.Ends.Near);
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"worst: {VisibleText.Name(worst.Name)}; of {judged.Count} slices {sure} surely hold, {judged.Count - sure - below.Count} may, {below.Count} {(below.Count == 1 ? "does" : "do")} not beyond chance{NotJudged(tooSmall, settings)}{(undefined == 0 ? string.Empty : $"; in {undefined} it is undefined")}");

        // Who names a part wants it judged: one of which nothing can be is not passed over.
        var open = gate.Slices.Where(name => judged.All(slice => slice.Of != name)).ToList();
        var unjudged = open.Count == 0 ? string.Empty : $"; nothing of {string.Join(", ", open.Select(name => VisibleText.Name(name)))} can be judged: widen splits.test, or lower evaluation.minSliceRows";
        return new GateRow(check, worst.Rows, below.Count > 0 ? GateOutcome.Fail : open.Count > 0 ? GateOutcome.NotEnoughData : GateOutcome.Pass, reason + unjudged)
        {
            Value = worst.Estimate?.Value,
            Interval = worst.Estimate?.Interval,
            Bound = worst.Bound,
            Champion = gate.IsComparison() ? worst.Champion : null,
            Meaning = metric.Meaning,
        };
    }

    /// <summary>How far the interval goes from the value: towards the bound, and to both sides on average.</summary>
    private static (double Near, double Mean) EndsOf(double value, ConfidenceInterval interval, double bound) =>
        (Math.Max(0, value < bound ? interval.High - value : value - interval.Low), (interval.High - interval.Low) / 2);

    private string WhyNone(int all, int tooSmall) => all == tooSmall
        ? string.Create(CultureInfo.InvariantCulture, $"none of {all} slices has {settings.MinSliceRows} rows on which it is defined: widen splits.test, or lower evaluation.minSliceRows")
        : string.Create(CultureInfo.InvariantCulture, $"of {all} slices it is undefined on {all - tooSmall}{NotJudged(tooSmall, settings)}: widen splits.test, or use a metric that they have");

    /// <summary>One slice; without room if it could not be judged.</summary>
    private sealed record Judged(string Of, string Name, int Rows)
    {
        /// <summary>How far it is on the right side of its bound; negative on the wrong one.</summary>
        public double? Room { get; init; }

        /// <summary>Of the 95 % interval, as distances from the value.</summary>
        public (double Near, double Mean) Ends { get; init; }

        public MetricEstimate? Estimate { get; init; }

        public double Bound { get; init; }

        public double Champion { get; init; }

        /// <summary>
        /// Of so little room or less, were the slice just at its bound. Of a lopsided interval, as of a rate of few rows, the half
        /// towards the bound counts if it is the wider one.
        /// </summary>
        public double PValue => Math.Max(Ends.Near, Ends.Mean) is > 0 and var end ? Normal.CDF(0, 1, Room!.Value / end * ConfidenceInterval.Z) : Room < 0 ? 0 : 1;
    }
}
