namespace Pipeline.Drift;

/// <summary>Rows whose answers lie in one bin, and how many of them were answered with the true label.</summary>
/// <param name="Rows">With a known label.</param>
/// <param name="Right">At most <paramref name="Rows"/>.</param>
public readonly record struct HitCell(long Rows, long Right);
