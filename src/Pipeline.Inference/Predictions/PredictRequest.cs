using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>A request for predictions after reading: rows to score, or why not.</summary>
/// <param name="Batch">The rows; null if there is a fault.</param>
/// <param name="Faults">All faults; empty if there is a batch.</param>
/// <param name="StatusCode">200, 400, or 413 for more rows than allowed.</param>
public sealed record PredictRequest(FeatureBatch? Batch, FaultList Faults, int StatusCode);
