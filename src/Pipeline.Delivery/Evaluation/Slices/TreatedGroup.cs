namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>How decisions treat one group.</summary>
/// <param name="Name">The column's value.</param>
/// <param name="Rows">Test rows.</param>
/// <param name="PredictedPositiveRate">Share of rows that are predicted positive; null without rows.</param>
/// <param name="Recall">Share of positives that are; null without positives.</param>
/// <param name="FalsePositiveRate">Share of negatives that are; null without negatives.</param>
public sealed record TreatedGroup(string Name, int Rows, double? PredictedPositiveRate, double? Recall, double? FalsePositiveRate);
