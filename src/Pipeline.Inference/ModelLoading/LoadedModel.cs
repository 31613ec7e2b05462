using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>A model with all that answering a request needs. Thread-safe.</summary>
public sealed record LoadedModel(PackagedModel Package, GoldenSample Golden, OnnxScorer Scorer, ModelMetrics Metrics, TimeProvider Clock) : IDisposable
{
    // So many numbers a row are answered to as many rows as a request may have; more make fewer rows, so that an answer's length stays within a bound.
    private const int FreeWidth = 10;

    /// <summary>Numbers an answer to a row.</summary>
    public int Width { get; } = Package.Manifest.Outputs.Width;

    /// <summary>Finds columns by name.</summary>
    public ColumnIndex Columns { get; } = new(Package.Manifest.Features);

    /// <summary>Runs the model for requests.</summary>
    public ModelRuns Runs { get; } = new(Scorer, Metrics, Clock);

    public ExchangePool Exchanges { get; } = new();

    /// <summary>The answers' fixed parts in the native dialect.</summary>
    public Predictions.PredictionWriter Writer { get; } = new(Package);

    /// <summary>The same for MLflow's scoring protocol.</summary>
    public Predictions.PredictionWriter MlflowWriter { get; } = Predictions.PredictionWriter.WithoutModel(Package);

    /// <summary>What the Open Inference Protocol needs of the model.</summary>
    public OpenInference.OpenInferenceModel OpenInference { get; } = new(Package);

    /// <summary>Counts what the model is asked and answers; null if its package has no reference profile, or nobody wants to know.</summary>
    public DriftCounters? Drift { get; init; }

    /// <summary>Fingerprint of the key whose signature was verified; null if none was demanded.</summary>
    public Digest? SignedBy { get; init; }

    /// <summary>Rows that one request may have.</summary>
    /// <param name="maxRows">What the service allows, of any model.</param>
    /// <returns>At least 1; less than allowed of a model of more than ten classes, in proportion to them.</returns>
    public int MaxRowsOf(int maxRows) => Width <= FreeWidth ? maxRows : (int)Math.Max(1, (long)maxRows * FreeWidth / Width);

    public void Dispose()
    {
        Drift?.Dispose();
        Scorer.Dispose();
    }
}
