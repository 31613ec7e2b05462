using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>A loaded shadow beside the model that is served. It belongs to one thread.</summary>
internal sealed class ShadowModel(LoadedModel served, LoadedModel model, RowTranslation translation, ShadowMetrics metrics, TimeProvider clock) : IDisposable
{
    // What OnnxScorer takes in one run.
    private const int MaxRowsPerRun = 128;

    private readonly CodedRows _rows = new(model.Package.Manifest.Features);
    private readonly float[] _probabilities = new float[MaxRowsPerRun];
    private readonly float[] _servedProbabilities = new float[MaxRowsPerRun];

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
            model.Scorer.Score(_rows, _probabilities.AsMemory(0, count), stopping);
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
            _servedProbabilities[index] = request.Probabilities[row];
        }
        else
        {
            _rows.RemoveLastRow();
            Metrics.Dropped[(int)ShadowDropReason.Missing].Inc();
        }
    }

    private void Compare(int count)
    {
        var (outputs, servedOutputs) = ((BinaryOutputs)Package.Manifest.Outputs, (BinaryOutputs)Served.Package.Manifest.Outputs);
        for (var row = 0; row < count; row++)
        {
            var (probability, servedProbability) = (_probabilities[row], _servedProbabilities[row]);
            if (!float.IsFinite(probability))
            {
                Metrics.Errors.Inc();
                continue;
            }

            var agrees = outputs.LabelOf(probability) == servedOutputs.LabelOf(servedProbability);
            (agrees ? Metrics.Agreeing : Metrics.Disagreeing).Inc();
            Metrics.Difference.Observe(Math.Abs((double)probability - servedProbability));
            Metrics.Rows.Inc();
        }
    }
}
