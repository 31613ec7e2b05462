namespace Pipeline.Delivery.Comparisons;

/// <summary>How two models decide the same rows, each at its own threshold.</summary>
/// <param name="Agreement">Share of rows that both decide alike, 0 to 1.</param>
/// <param name="OnlyThisRight">Rows that the first gets right and the second does not.</param>
/// <param name="OnlyOtherRight">The other way round.</param>
/// <param name="PValue">McNemar's, of both being right equally often.</param>
public sealed record ComparedDecisions(double Agreement, long OnlyThisRight, long OnlyOtherRight, double PValue);
