namespace Pipeline.Metrics.Slices;

/// <summary>Rows that the search found to be worse than the rest.</summary>
/// <param name="Parts">Column and value, one or two.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="MeanLoss">Of them.</param>
/// <param name="RestLoss">Mean loss of all others.</param>
/// <param name="EffectSize">Difference of the means over the standard deviation within both (Cohen's d).</param>
/// <param name="AdjustedPValue">That the slice is not worse, by Welch's test, corrected for every slice that was tried (Benjamini and Hochberg).</param>
public sealed record FoundSlice(IReadOnlyList<SlicePart> Parts, int Rows, double MeanLoss, double RestLoss, double EffectSize, double AdjustedPValue);
