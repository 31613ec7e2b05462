using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Slices;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>A candidate's answers, slice by slice.</summary>
/// <param name="dataset">Has the test rows.</param>
/// <param name="definition">Names the slices.</param>
/// <param name="labels">Of the test rows, in their order.</param>
/// <param name="answers">What the candidate says: [rows, outputs.Width].</param>
/// <param name="outputs">What that is.</param>
internal sealed class SliceEvaluation(Dataset dataset, ModelDefinition definition, RowLabels labels, double[] answers, ModelOutputs outputs)
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
        var result = SliceSearch.Worst(columns, AnswerSample.Losses(labels, answers, outputs), _settings.MinSliceRows, _settings.WorstSlices, cancellationToken);
        return new WorstSlices([.. result.Found.Select(found => Of(found, columns))], result.Tried, result.PairRows);
    }

    /// <summary>For each column that a gate on fairness names.</summary>
    public IReadOnlyList<GroupFairnessReport> Fairness(CancellationToken cancellationToken) =>
        [.. definition.Gates.OfType<FairnessGateSettings>().Select(gate => gate.By).Distinct(StringComparer.Ordinal).Select(by => FairnessBy(by, cancellationToken))];

    private SliceReport Of(RowSlice slice, CancellationToken cancellationToken)
    {
        var metrics = slice.Rows.Count < _settings.MinSliceRows
            ? null
            : MetricEstimates.Of(AnswerSample.Of(labels, answers, outputs, slice.Rows), Resampling, cancellationToken);
        return new SliceReport(slice.Of, slice.Name, slice.Rows.Count, outputs is BinaryOutputs ? slice.Rows.Count(row => labels.Flags[row]) : null, metrics);
    }

    private WorstSlice Of(FoundSlice found, IReadOnlyList<SliceColumn> columns)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Count).Where(row => found.Parts.All(part => columns[part.Column].Codes[row] == part.Value))];
        return new WorstSlice(
            string.Join(" and ", found.Parts.Select(part => columns[part.Column].NameOf(part.Value))),
            rows.Length,
            found.MeanLoss,
            found.RestLoss,
            found.EffectSize,
            found.AdjustedPValue,
            rows.Average(Said),
            rows.Average(Happened));
    }

    private double Said(int row) => outputs is MulticlassOutputs ? answers.AsSpan(row * outputs.Width, outputs.Width).ToArray().Max() : answers[row];

    private double Happened(int row) => outputs switch
    {
        BinaryOutputs => labels.Flags[row] ? 1 : 0,
        MulticlassOutputs => IsMostProbable(row, labels.Classes[row]) ? 1 : 0,
        _ => labels.Numbers[row],
    };

    private bool IsMostProbable(int row, int label)
    {
        var ofRow = answers.AsSpan(row * outputs.Width, outputs.Width).ToArray();
        return Array.IndexOf(ofRow, ofRow.Max()) == label;
    }

    private GroupFairnessReport FairnessBy(string by, CancellationToken cancellationToken)
    {
        var column = _reader.Read(by, cancellationToken);
        var counts = column.Counts();
        int[] large = [.. Enumerable.Range(0, counts.Length).Where(code => counts[code] >= _settings.MinSliceRows)];
        var threshold = ((BinaryOutputs)outputs).Threshold;
        var decisions = Array.ConvertAll(answers, probability => probability >= threshold);
        var groups = Array.ConvertAll(column.Codes, code => code < 0 ? -1 : Array.IndexOf(large, code));
        var measures = large.Length < 2 ? null : GroupFairnessEstimates.Of(labels.Flags, decisions, groups, large.Length, Resampling, cancellationToken);
        return new GroupFairnessReport(by, [.. large.Select((code, group) => Of(column.Values[code], group))], counts.Count(count => count > 0) - large.Length, measures);

        TreatedGroup Of(string name, int group)
        {
            int[] rows = [.. Enumerable.Range(0, labels.Count).Where(row => groups[row] == group)];
            var confusion = ConfusionMatrix.Of([.. rows.Select(row => labels.Flags[row])], [.. rows.Select(row => answers[row])], threshold);
            return new TreatedGroup(name, rows.Length, confusion.PredictedPositiveRate, confusion.Recall, confusion.FalsePositiveRate);
        }
    }
}
