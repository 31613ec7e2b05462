using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>One window of a report.</summary>
/// <param name="Drift">Its verdict, with every subject.</param>
/// <param name="Coverage">Rows that were counted, of those that were answered: 0 to 1; null where the source cannot tell.</param>
/// <param name="Performance">How the model does, as far as it is known; empty if nothing is.</param>
/// <param name="Notes">Sentences for a reader.</param>
public sealed record WindowReport(WindowDrift Drift, double? Coverage, IReadOnlyList<PerformanceEstimate> Performance, IReadOnlyList<string> Notes);
