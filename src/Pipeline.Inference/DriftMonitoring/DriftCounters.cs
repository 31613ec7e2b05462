using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>
/// Counts what one model is asked and what it answers, in the bins of its reference profile: never a value, only how many fell where. Memory does not grow. Thread-safe.
/// It costs a few nanoseconds a value; what has been counted is published when somebody reads the metrics.
/// </summary>
public sealed class DriftCounters : IDisposable
{
    // So that neither another request nor a reader of the metrics waits for all of a large request.
    private const int RowsPerLock = 1_024;

    private const int MaxStripes = 8;

    private readonly FeatureCells[] _cells;
    private readonly int[] _offsets;
    private readonly NumericColumn[] _numeric;
    private readonly CategoricalColumn[] _categorical;
    private readonly QuantileBins _predictions;
    private readonly int _predictionOffset;
    private readonly int _labelOffset;
    private readonly ModelOutputs _outputs;
    private readonly int _width;
    private readonly DriftStripe[] _stripes;

    /// <param name="profile">The package's reference profile, checked against its manifest.</param>
    /// <param name="manifest">The package's manifest.</param>
    public DriftCounters(ReferenceProfile profile, Manifest manifest)
    {
        var features = manifest.Features.Features;
        _cells = [.. features.Zip(profile.Features, CellsOf)];
        _offsets = OffsetsOf(_cells);
        var slots = new int[2];
        var columns = features.Select((feature, index) => (feature, Slot: slots[(int)feature.Kind]++, Cells: _cells[index], Offset: _offsets[index])).ToList();
        _numeric = [.. columns.Where(column => column.Cells is NumericCells).Select(column => new NumericColumn(column.Slot, (NumericCells)column.Cells, column.Offset))];
        _categorical = [.. columns.Where(column => column.Cells is CategoryCells).Select(column => new CategoricalColumn(column.feature, column.Slot, (CategoryCells)column.Cells, column.Offset))];
        _predictions = profile.Predictions.Bins;
        _predictionOffset = _offsets[^1];
        _labelOffset = _predictionOffset + _predictions.Count;
        _outputs = manifest.Outputs;
        _width = _outputs.Width;
        _stripes = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, MaxStripes)).Select(_ => new DriftStripe(_labelOffset + _outputs.Labels.Count))];
    }

    /// <summary>Set by who publishes the counts, to be told when there is no more to publish.</summary>
    internal Action? Ended { get; set; }

    /// <summary>Counts a request's rows and their answers.</summary>
    /// <param name="rows">The rows; nothing of them is kept.</param>
    /// <param name="predictions">Finite numbers, as many a row as the model answers.</param>
    public void Count(CodedRows rows, ReadOnlySpan<float> predictions)
    {
        for (var start = 0; start < rows.Count; start += RowsPerLock)
        {
            var count = Math.Min(RowsPerLock, rows.Count - start);
            var stripe = _stripes[(uint)Thread.GetCurrentProcessorId() % (uint)_stripes.Length];
            lock (stripe.Lock)
            {
                Count(stripe.Cells, rows, start, count);
                Count(stripe.Cells.AsSpan(_predictionOffset), predictions.Slice(start * _width, count * _width));
            }
        }
    }

    /// <summary>Everything counted so far.</summary>
    public DriftTotals Read()
    {
        var totals = new long[_stripes[0].Cells.Length];
        foreach (var stripe in _stripes)
        {
            lock (stripe.Lock)
            {
                for (var i = 0; i < totals.Length; i++)
                {
                    totals[i] += stripe.Cells[i];
                }
            }
        }

        return new DriftTotals(
            [.. _cells.Select((cells, index) => cells.ToCounts(totals.AsSpan(_offsets[index], cells.Count)))],
            totals[_predictionOffset.._labelOffset],
            totals[_labelOffset..]);
    }

    public void Dispose() => Ended?.Invoke();

    private static FeatureCells CellsOf(Feature feature, FeatureProfile profile) => profile.Bins switch
    {
        NumericBins bins => new NumericCells(bins, profile.Minimum, profile.Maximum),
        CategoryBins bins => new CategoryCells(bins, feature.Categories ?? []),
        _ => throw new InvalidDataException($"Feature '{profile.Name}' has bins of an unknown kind."),
    };

    // One more than there are features: where the predictions begin.
    private static int[] OffsetsOf(FeatureCells[] cells)
    {
        var offsets = new int[cells.Length + 1];
        for (var i = 0; i < cells.Length; i++)
        {
            offsets[i + 1] = offsets[i] + cells[i].Count;
        }

        return offsets;
    }

    private void Count(Span<long> counts, CodedRows rows, int start, int count)
    {
        // Column by column: a column's edges and limits stay in registers.
        var stride = _numeric.Length;
        var numbers = rows.Numeric.AsSpan(start * stride, count * stride);
        foreach (var column in _numeric)
        {
            column.Count(counts, numbers, stride);
        }

        foreach (var column in _categorical)
        {
            column.Count(counts, rows, start, count);
        }
    }

    // The cells of the predictions: one a bin, then one a label.
    private void Count(Span<long> counts, ReadOnlySpan<float> predictions)
    {
        switch (_outputs)
        {
            case BinaryOutputs binary:
                Count(counts, predictions, binary);
                break;
            case MulticlassOutputs classes:
                Count(counts, predictions, classes);
                break;
            default:
                foreach (var number in predictions)
                {
                    counts[_predictions.IndexOf(number)]++;
                }

                break;
        }
    }

    private void Count(Span<long> counts, ReadOnlySpan<float> predictions, BinaryOutputs outputs)
    {
        var positive = 0;
        foreach (var probability in predictions)
        {
            counts[_predictions.IndexOf(probability)]++;
            positive += outputs.IsPositive(probability) ? 1 : 0;
        }

        counts[^2] += positive;
        counts[^1] += predictions.Length - positive;
    }

    private void Count(Span<long> counts, ReadOnlySpan<float> predictions, MulticlassOutputs outputs)
    {
        var labels = counts[_predictions.Count..];
        for (; !predictions.IsEmpty; predictions = predictions[_width..])
        {
            var label = outputs.LabelIndexOf(predictions[.._width]);
            labels[label]++;
            counts[_predictions.IndexOf(predictions[label])]++;
        }
    }
}
