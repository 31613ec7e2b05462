using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Slices;

namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>A candidate's answers, slice by slice.</summary>
/// <param name="dataset">Has the test rows.</param>
/// <param name="definition">Names the slices.</param>
/// <param name="labels">Of the test rows, in their order.</param>
/// <param name="probabilities">What the candidate says.</param>
internal sealed class SliceEvaluation(Dataset dataset, ModelDefinition definition, bool[] labels, double[] probabilities)
{
    private readonly SliceReader _reader = new(dataset, definition);
    private readonly EvaluationSettings _settings = definition.Evaluation;

    private Resampling Resampling => new(_settings.Resamples, Resampling.Default.Seed);

    /// <summary>The definition's slices.</summary>
    public IReadOnlyList<SliceReport> Declared(CancellationToken cancellationToken) => [.. _reader.Declared(cancellationToken).Select(slice => Of(slice, cancellationToken))];

    /// <summary>Null if the definition wants no search.</summary>
    public WorstSlices? Worst(CancellationToken cancellationToken)
    {
        if (_settings.WorstSlices == 0)
        {
            return null;
        }

        var columns = _reader.All(cancellationToken);
        double[] losses = [.. labels.Select((label, row) => LogLoss.Of(label, probabilities[row]))];
        var result = SliceSearch.Worst(columns, losses, _settings.MinSliceRows, _settings.WorstSlices, cancellationToken);
        return new WorstSlices([.. result.Found.Select(found => Of(found, columns))], result.Tried, result.PairRows);
    }

    /// <summary>For each column that a gate on fairness names.</summary>
    public IReadOnlyList<GroupFairnessReport> Fairness(CancellationToken cancellationToken) =>
        [.. definition.Gates.OfType<FairnessGateSettings>().Select(gate => gate.By).Distinct(StringComparer.Ordinal).Select(by => FairnessBy(by, cancellationToken))];

    private SliceReport Of(RowSlice slice, CancellationToken cancellationToken)
    {
        var ofRows = slice.Rows.Select(row => labels[row]).ToArray();
        var metrics = ofRows.Length < _settings.MinSliceRows
            ? null
            : MetricEstimates.Of(BinarySample.Of(ofRows, [.. slice.Rows.Select(row => probabilities[row])], definition.Outputs.Threshold), Resampling, cancellationToken);
        return new SliceReport(slice.Of, slice.Name, ofRows.Length, ofRows.Count(label => label), metrics);
    }

    private WorstSlice Of(FoundSlice found, IReadOnlyList<SliceColumn> columns)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => found.Parts.All(part => columns[part.Column].Codes[row] == part.Value))];
        return new WorstSlice(
            string.Join(" and ", found.Parts.Select(part => columns[part.Column].NameOf(part.Value))),
            rows.Length,
            found.MeanLoss,
            found.RestLoss,
            found.EffectSize,
            found.AdjustedPValue,
            rows.Average(row => probabilities[row]),
            rows.Average(row => labels[row] ? 1.0 : 0));
    }

    private GroupFairnessReport FairnessBy(string by, CancellationToken cancellationToken)
    {
        var column = _reader.Read(by, cancellationToken);
        var counts = column.Counts();
        int[] large = [.. Enumerable.Range(0, counts.Length).Where(code => counts[code] >= _settings.MinSliceRows)];
        var decisions = Array.ConvertAll(probabilities, probability => probability >= definition.Outputs.Threshold);
        var groups = Array.ConvertAll(column.Codes, code => code < 0 ? -1 : Array.IndexOf(large, code));
        var measures = large.Length < 2 ? null : GroupFairnessEstimates.Of(labels, decisions, groups, large.Length, Resampling, cancellationToken);
        return new GroupFairnessReport(by, [.. large.Select((code, group) => Of(column.Values[code], group))], counts.Count(count => count > 0) - large.Length, measures);

        TreatedGroup Of(string name, int group)
        {
            int[] rows = [.. Enumerable.Range(0, labels.Length).Where(row => groups[row] == group)];
            var confusion = ConfusionMatrix.Of([.. rows.Select(row => labels[row])], [.. rows.Select(row => probabilities[row])], definition.Outputs.Threshold);
            return new TreatedGroup(name, rows.Length, confusion.PredictedPositiveRate, confusion.Recall, confusion.FalsePositiveRate);
        }
    }
}
