using Pipeline.Metrics.Multiclass;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How one class is recognized.</summary>
/// <param name="Name">As the model answers it.</param>
/// <param name="Rates">Counts, and the rates that follow.</param>
public sealed record ClassResult(string Name, ClassRates Rates);
