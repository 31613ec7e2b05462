using Pipeline.Metrics;

namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>How differently the candidate's decisions treat the groups that a column makes.</summary>
/// <param name="By">The column.</param>
/// <param name="Groups">Those with rows enough to judge.</param>
/// <param name="TooSmall">Groups that are left out for having too few rows.</param>
/// <param name="Measures">By name; null if there are not two groups to compare.</param>
public sealed record GroupFairnessReport(string By, IReadOnlyList<TreatedGroup> Groups, int TooSmall, IReadOnlyDictionary<string, MetricEstimate>? Measures);
