namespace Pipeline.Drift.Verdicts;

/// <summary>One bin of a subject, on both sides.</summary>
/// <param name="Label">What is in it: <c>≤ 3.5</c>, <c>(3.5, 7]</c>, <c>&gt; 7</c>, a value, a category, or <c>other</c>.</param>
/// <param name="Reference">Rows of the reference.</param>
/// <param name="Current">Rows of the window.</param>
/// <param name="ReferenceShare">0 to 1.</param>
/// <param name="CurrentShare">0 to 1.</param>
/// <param name="Contribution">This bin's part of the PSI (the one with empty shares raised); the parts add up to it.</param>
public sealed record BinDrift(string Label, long Reference, long Current, double ReferenceShare, double CurrentShare, double Contribution);
