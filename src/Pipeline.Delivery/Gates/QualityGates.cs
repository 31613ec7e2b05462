using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// Judges a candidate by the gates of its definition. What cannot be computed or compared fails: a missing metric, NaN, an unknown metric name, a champion whose files
/// cannot be had, an empty list.
/// </summary>
public static class QualityGates
{
    // What subtracting one written number from another may lose: 0.8 - 0.1 is a little more than 0.7 in binary.
    private const double RoundingError = 1e-12;

    /// <param name="gates">The gates.</param>
    /// <param name="candidate">The candidate's report on the test rows.</param>
    /// <param name="candidateModel">Digest of the candidate's model.onnx.</param>
    /// <param name="champions">Of the stages to be reached; empty before the first promotion.</param>
    /// <param name="test">The rows that the candidate was judged on.</param>
    /// <param name="cancellationToken">Stops scoring a champion.</param>
    public static IReadOnlyList<GateRow> Judge(
        IReadOnlyList<GateSettings> gates,
        EvaluationReport candidate,
        Digest candidateModel,
        IReadOnlyList<Champion> champions,
        LabeledBatch test,
        CancellationToken cancellationToken)
    {
        if (gates.Count == 0)
        {
            return [new GateRow("at least one gate", null, null, null, candidate.Rows, Passed: false, "the list of gates is empty, so nothing was judged")];
        }

        var championMetrics = champions.ToDictionary(
            champion => champion.Stage,
            champion => gates.Any(gate => gate.MaxRegression is not null) ? MetricsOf(champion, candidate, candidateModel, test, cancellationToken) : null);
        return [.. gates.SelectMany(gate => gate.MaxRegression is null ? [Floor(gate, candidate)] : NoRegression(gate, candidate, champions, championMetrics))];
    }

    private static GateRow Floor(GateSettings gate, EvaluationReport candidate)
    {
        var bound = gate.Min ?? gate.Max;
        var sign = gate.Min is not null ? "≥" : "≤";
        var check = $"{gate.Metric} {sign} {bound?.ToString(CultureInfo.InvariantCulture)}";
        var value = candidate.Metrics.GetValueOrDefault(gate.Metric);
        var (passed, reason) = value switch
        {
            _ when !MetricNames.All.Contains(gate.Metric) => (false, $"there is no metric '{gate.Metric}'"),
            _ when bound is not { } b || !double.IsFinite(b) => (false, "the gate has no bound"),
            null => (false, "the metric is undefined on these rows"),
            { } v when !double.IsFinite(v) => (false, "the metric is not a finite number"),
            { } v when gate.Min is not null => (v >= bound, Relation(v, v >= bound ? "≥" : "<", bound.Value)),
            { } v => (v <= bound, Relation(v, v <= bound ? "≤" : ">", bound.Value)),
        };
        return new GateRow(check, value, bound, null, candidate.Rows, passed, reason);
    }

    private static string Relation(double value, string sign, double bound)
    {
        var (left, right) = MetricText.OfBoth(value, bound);
        return $"{left} {sign} {right}";
    }

    private static IEnumerable<GateRow> NoRegression(
        GateSettings gate, EvaluationReport candidate, IReadOnlyList<Champion> champions, Dictionary<string, ChampionMetrics?> metrics)
    {
        var margin = gate.MaxRegression!.Value;
        var direction = MetricNames.HigherIsBetter(gate.Metric) ? "below" : "above";
        var value = candidate.Metrics.GetValueOrDefault(gate.Metric);
        var check = $"{gate.Metric} at most {margin.ToString(CultureInfo.InvariantCulture)} {direction} the champion's";
        if (!MetricNames.All.Contains(gate.Metric))
        {
            yield return new GateRow(check, null, null, null, candidate.Rows, Passed: false, $"there is no metric '{gate.Metric}'");
            yield break;
        }

        if (champions.Count == 0)
        {
            var defined = value is { } v && double.IsFinite(v);
            yield return new GateRow(check, value, null, null, candidate.Rows, defined, defined ? "no champion yet: this is the first promotion" : "the metric is undefined on these rows");
        }

        foreach (var champion in champions)
        {
            yield return Compare(gate.Metric, margin, $"{check} ({champion.Stage} {champion.PackageDigest.Abbreviated})", value, candidate.Rows, metrics[champion.Stage]!);
        }
    }

    internal static GateRow Compare(string metric, double margin, string check, double? value, int rows, ChampionMetrics champion)
    {
        var reference = champion.Values?.GetValueOrDefault(metric);
        if (value is not { } v || reference is not { } r || !double.IsFinite(v) || !double.IsFinite(r) || !double.IsFinite(margin) || margin < 0)
        {
            return new GateRow(check, value, null, reference, rows, Passed: false, champion.WhyNot ?? "it cannot be compared: a value is undefined");
        }

        var bound = MetricNames.HigherIsBetter(metric) ? r - margin : r + margin;
        var passed = MetricNames.HigherIsBetter(metric) ? v >= bound - RoundingError : v <= bound + RoundingError;
        return new GateRow(check, v, bound, r, rows, passed, $"difference {(v - r).ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture)} on the same {rows} rows");
    }

    private static ChampionMetrics MetricsOf(Champion champion, EvaluationReport candidate, Digest candidateModel, LabeledBatch test, CancellationToken cancellationToken)
    {
        if (champion.Package is not { } package)
        {
            // The same ONNX file on the same rows gives the same probabilities, but the champion's decision threshold may be another.
            var known = champion.ModelDigest == candidateModel ? candidate.Metrics.Where(metric => !MetricNames.NeedsThreshold(metric.Key)) : [];
            return new ChampionMetrics(known.ToDictionary(), $"it cannot be compared: {champion.WhyMissing}");
        }

        if (ReorderFor(package.Manifest.Features, test.Features) is not { } batch)
        {
            var missing = package.Manifest.Features.Features.Select(f => (f.Name, f.Kind)).Except(test.Features.Schema.Features.Select(f => (f.Name, f.Kind)));
            return new ChampionMetrics(null, $"it cannot be compared: the champion needs columns that the query no longer gives as such ({string.Join(", ", missing.Select(f => f.Name))})");
        }

        using var scorer = OnnxScorer.Load(package.OnnxPath, package.Manifest.Features);
        var probabilities = Array.ConvertAll(scorer.Score(batch, cancellationToken), p => (double)p);
        return new ChampionMetrics(BinaryMetrics.Compute(test.Labels, probabilities, package.Manifest.Outputs.Threshold), null);
    }

    /// <summary>The same rows in a champion's column order; null if a column is gone or of another kind.</summary>
    private static FeatureBatch? ReorderFor(FeatureSchema schema, FeatureBatch rows)
    {
        var numeric = schema.Numeric.Select(f => IndexOf(rows.Schema.Numeric, f.Name)).ToArray();
        var categorical = schema.Categorical.Select(f => IndexOf(rows.Schema.Categorical, f.Name)).ToArray();
        if (numeric.Concat(categorical).Any(index => index < 0))
        {
            return null;
        }

        var batch = new FeatureBatch(schema, rows.RowCount);
        var sourceWidth = rows.Schema.Numeric.Count;
        for (var row = 0; row < rows.RowCount; row++)
        {
            for (var column = 0; column < numeric.Length; column++)
            {
                batch.Numeric[(row * numeric.Length) + column] = rows.Numeric[(row * sourceWidth) + numeric[column]];
            }
        }

        for (var column = 0; column < categorical.Length; column++)
        {
            rows.Categories[categorical[column]].CopyTo(batch.Categories[column], 0);
        }

        return batch;
    }

    private static int IndexOf(IReadOnlyList<Feature> features, string name) =>
        features.Select((feature, index) => (feature, index)).Where(f => f.feature.Name == name).Select(f => f.index).DefaultIfEmpty(-1).First();

    internal sealed record ChampionMetrics(IReadOnlyDictionary<string, double?>? Values, string? WhyNot);
}
