namespace Pipeline.Metrics.Slices;

/// <summary>One condition of a slice.</summary>
/// <param name="Column">Index of the column.</param>
/// <param name="Value">Index of its value.</param>
public readonly record struct SlicePart(int Column, int Value);
