using Pipeline.Drift;

namespace Pipeline.Inference.DriftMonitoring;

/// <summary>What a model has been asked and has answered since it was loaded, in the bins of its reference profile.</summary>
/// <param name="Features">In the order of the schema.</param>
/// <param name="PredictionBins">Scores of its answers, one count per bin.</param>
/// <param name="Labels">Its answers by the label, in the order of the model's labels; empty of a model of a number.</param>
public sealed record DriftTotals(IReadOnlyList<FeatureCounts> Features, IReadOnlyList<long> PredictionBins, IReadOnlyList<long> Labels);
