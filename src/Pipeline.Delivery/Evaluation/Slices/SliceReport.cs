using Pipeline.Metrics;

namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>How a candidate does on one slice.</summary>
/// <param name="Of">Name of the slice in the definition that it is one of.</param>
/// <param name="Name">Such as <c>origin = ATL</c>, or the condition's name.</param>
/// <param name="Rows">Test rows in it.</param>
/// <param name="Positives">Of them with a true label; null if the model is not of two classes.</param>
/// <param name="Metrics">By name; null if there are fewer rows than are judged.</param>
public sealed record SliceReport(string Of, string Name, int Rows, int? Positives, IReadOnlyDictionary<string, MetricEstimate>? Metrics);
