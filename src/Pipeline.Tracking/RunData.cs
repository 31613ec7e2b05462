namespace Pipeline.Tracking;

/// <summary>What is logged to a run at once.</summary>
public sealed record RunData
{
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<MetricPoint> Metrics { get; init; } = [];

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
