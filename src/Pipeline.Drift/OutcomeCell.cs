namespace Pipeline.Drift;

/// <summary>Rows whose answers lie in one bin on one side of the threshold, and how many of them were positive.</summary>
/// <param name="Rows">With a known label.</param>
/// <param name="Positives">At most <paramref name="Rows"/>.</param>
public readonly record struct OutcomeCell(long Rows, long Positives);
