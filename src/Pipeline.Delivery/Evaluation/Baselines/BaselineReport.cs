using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Evaluation.Baselines;

/// <summary>How a trivial model does on the test rows.</summary>
/// <param name="Name">One of <see cref="BaselineNames"/>.</param>
/// <param name="Feature">The feature that it looks at; null if none.</param>
/// <param name="Metrics">By name; null where undefined.</param>
public sealed record BaselineReport(string Name, string? Feature, IReadOnlyDictionary<string, double?> Metrics);
