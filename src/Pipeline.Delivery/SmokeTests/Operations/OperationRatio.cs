namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>How many times the champion's value the candidate's is.</summary>
/// <param name="Value">The ratio.</param>
/// <param name="Upper">The upper end of its 95 % interval; null if there are too few rounds to say. Of sizes, which are exact, the ratio itself.</param>
internal sealed record OperationRatio(double Value, double? Upper);
