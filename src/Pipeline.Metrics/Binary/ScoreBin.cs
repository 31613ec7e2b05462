namespace Pipeline.Metrics.Binary;

/// <summary>Rows whose probability lies in [Lower, Upper), of the last bin [Lower, 1].</summary>
/// <param name="Lower">Inclusive.</param>
/// <param name="Upper">Exclusive, but for 1.</param>
/// <param name="Positives">Rows with a positive label.</param>
/// <param name="Negatives">Rows with a negative one.</param>
public sealed record ScoreBin(double Lower, double Upper, long Positives, long Negatives);
