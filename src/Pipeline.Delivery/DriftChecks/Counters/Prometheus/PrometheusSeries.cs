namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>A series and some of its samples.</summary>
/// <param name="Labels">With the metric's name as <c>__name__</c>.</param>
/// <param name="Samples">In order of time.</param>
internal sealed record PrometheusSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<PrometheusSample> Samples)
{
    public string Metric => Labels.GetValueOrDefault("__name__", string.Empty);
}
