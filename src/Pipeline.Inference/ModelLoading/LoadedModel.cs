using Pipeline.Inference.Predictions;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>A model that has passed its golden sample, with all that answering a request needs. Thread-safe.</summary>
public sealed record LoadedModel(PackagedModel Package, GoldenSample Golden, OnnxScorer Scorer, ColumnIndex Columns, PredictionWriter Writer, ModelMetrics Metrics) : IDisposable
{
    public void Dispose() => Scorer.Dispose();
}
