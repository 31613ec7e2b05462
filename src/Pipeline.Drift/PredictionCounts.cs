namespace Pipeline.Drift;

/// <summary>How a model answered some rows.</summary>
/// <param name="Bins">Probabilities, one count per bin.</param>
/// <param name="Labels">Predicted labels; every label of the model is there, also with 0.</param>
public sealed record PredictionCounts(IReadOnlyList<long> Bins, IReadOnlyDictionary<string, long> Labels);
