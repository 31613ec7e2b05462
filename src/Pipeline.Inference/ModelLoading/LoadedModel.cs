using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>A model with all that answering a request needs. Thread-safe.</summary>
public sealed record LoadedModel(PackagedModel Package, GoldenSample Golden, OnnxScorer Scorer, ModelMetrics Metrics, TimeProvider Clock) : IDisposable
{
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

    public void Dispose()
    {
        Drift?.Dispose();
        Scorer.Dispose();
    }
}
