namespace Pipeline.Drift;

/// <summary>How a model answered some rows.</summary>
/// <param name="Bins">Scores, one count per bin.</param>
/// <param name="Labels">Predicted labels; every label of the model is there, also with 0, and none of a model of a number.</param>
public sealed record PredictionCounts(IReadOnlyList<long> Bins, IReadOnlyDictionary<string, long> Labels);
