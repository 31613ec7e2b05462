using Pipeline.Drift;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>What a model has been asked and has answered since it was loaded, in the bins of its reference profile.</summary>
/// <param name="Features">In the order of the schema.</param>
/// <param name="PredictionBins">Probabilities, one count per bin.</param>
/// <param name="PositiveLabels">Answers with the positive label.</param>
/// <param name="NegativeLabels">Answers with the negative label.</param>
public sealed record DriftTotals(IReadOnlyList<FeatureCounts> Features, IReadOnlyList<long> PredictionBins, long PositiveLabels, long NegativeLabels);
