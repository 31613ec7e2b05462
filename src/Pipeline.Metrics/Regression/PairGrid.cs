namespace Pipeline.Metrics.Regression;

/// <summary>Rows by prediction and label, in squares; both axes have the same range.</summary>
/// <param name="Low">Where the first square begins.</param>
/// <param name="High">Where the last one ends, inclusive; above <paramref name="Low"/>.</param>
/// <param name="Counts">Rows in each square: the outer list by label, the inner by prediction, both from <paramref name="Low"/> on.</param>
/// <param name="Outside">Rows that lie beyond the range with label or prediction, and so in no square.</param>
public sealed record PairGrid(double Low, double High, IReadOnlyList<IReadOnlyList<long>> Counts, long Outside);
