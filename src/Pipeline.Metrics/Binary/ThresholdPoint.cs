namespace Pipeline.Metrics.Binary;

/// <summary>What a decision threshold gives: a point of the ROC curve and of the precision-recall curve.</summary>
/// <param name="Threshold">Rows with at least this probability are predicted positive.</param>
/// <param name="TruePositives">Of them with a positive label.</param>
/// <param name="FalsePositives">Of them with a negative one.</param>
public sealed record ThresholdPoint(double Threshold, long TruePositives, long FalsePositives);
