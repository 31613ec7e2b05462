using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>A loaded shadow beside the model that is served. It belongs to one thread.</summary>
internal sealed class ShadowModel(LoadedModel served, LoadedModel model, RowTranslation translation, ShadowComparison comparison, ShadowMetrics metrics, TimeProvider clock) : IDisposable
{
    // What OnnxScorer takes in one run.
    private const int MaxRowsPerRun = 128;

    private readonly CodedRows _rows = new(model.Package.Manifest.Features);
    private readonly float[] _predictions = new float[MaxRowsPerRun * comparison.Width];
    private readonly float[] _servedPredictions = new float[MaxRowsPerRun * comparison.Width];

    public LoadedModel Served { get; } = served;

    public PackagedModel Package { get; } = model.Package;

    public ShadowVersionMetrics Metrics { get; } = metrics.MetricsOf(served.Package, model.Package);

    /// <summary>Takes an answered request's rows, and runs the model whenever there are enough for a run.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public void Add(ScoredRows request, CancellationToken stopping)
    {
        for (var row = 0; row < request.Rows.Count; row++)
        {
            Add(request, row);
            if (_rows.Count == MaxRowsPerRun)
            {
                Run(stopping);
            }
        }
    }

    /// <summary>Scores what has been taken, and compares. The rows are gone afterwards, also if the run fails.</summary>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public void Run(CancellationToken stopping)
    {
        var count = _rows.Count;
        if (count == 0)
        {
            return;
        }

        var start = clock.GetTimestamp();
        try
        {
            model.Scorer.Score(_rows, _predictions.AsMemory(0, count * comparison.Width), stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Metrics.Errors.Inc(count);
            throw;
        }
        finally
        {
            _rows.Clear();
        }

        Metrics.Compute.Observe(clock.GetElapsedTime(start).TotalSeconds);
        Compare(count);
    }

    public void Dispose()
    {
        metrics.Remove(Served.Package, Package);
        model.Dispose();
    }

    private void Add(ScoredRows request, int row)
    {
        var index = _rows.Count;
        _rows.AddRow();
        if (translation.TrySet(request, row, _rows, index))
        {
            request.PredictionOf(row).CopyTo(_servedPredictions.AsSpan(index * comparison.Width));
        }
        else
        {
            _rows.RemoveLastRow();
            Metrics.Dropped[(int)ShadowDropReason.Missing].Inc();
        }
    }

    private void Compare(int count)
    {
        for (var row = 0; row < count; row++)
        {
            var prediction = _predictions.AsSpan(row * comparison.Width, comparison.Width);
            var served = _servedPredictions.AsSpan(row * comparison.Width, comparison.Width);
            var difference = comparison.DifferenceOf(served, prediction);

            // A number of the shadow's that is none; the served model's are finite.
            if (!double.IsFinite(difference))
            {
                Metrics.Errors.Inc();
                continue;
            }

            (comparison.Agrees(served, prediction, difference) ? Metrics.Agreeing : Metrics.Disagreeing).Inc();
            Metrics.Difference.Observe(difference);
            Metrics.Rows.Inc();
        }
    }
}
