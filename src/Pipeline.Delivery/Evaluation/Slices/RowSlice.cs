namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>Test rows that are judged on their own.</summary>
/// <param name="Of">Name of the slice in the definition that it is one of.</param>
/// <param name="Name">Such as <c>origin = ATL</c>, or the condition's name.</param>
/// <param name="Rows">Indexes of its rows, rising.</param>
public sealed record RowSlice(string Of, string Name, IReadOnlyList<int> Rows);
