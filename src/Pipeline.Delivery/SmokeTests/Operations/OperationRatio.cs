namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>How many times the champion's value the candidate's is.</summary>
/// <param name="Value">The ratio.</param>
/// <param name="Upper">What it does not exceed with 95 % confidence, looking at one end; null if there are too few rounds to say. Of sizes, which are exact, the ratio itself.</param>
internal sealed record OperationRatio(double Value, double? Upper);
