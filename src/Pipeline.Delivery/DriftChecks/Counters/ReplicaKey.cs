namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>Which process a series comes from: all labels but those that tell series of one process apart, and but model and version.</summary>
/// <param name="Text">Names and values in order of the names; equal for all series of a process.</param>
/// <param name="Name">For people: the pod if there is a label for it, else the instance.</param>
/// <param name="Instance">The label <c>instance</c>; null if there is none.</param>
public sealed record ReplicaKey(string Text, string Name, string? Instance)
{
    public bool Equals(ReplicaKey? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <param name="labels">Of any series.</param>
    public static ReplicaKey Of(IReadOnlyDictionary<string, string> labels)
    {
        var text = string.Join(',', labels
            .Where(label => label.Key is not ("model" or "version") && !CounterLayout.IsWithinReplica(label.Key))
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => $"{label.Key}={Prometheus.PromQl.Quote(label.Value)}"));
        var instance = labels.GetValueOrDefault("instance");
        return new ReplicaKey(text, labels.GetValueOrDefault("pod") ?? instance ?? $"{{{text}}}", instance);
    }
}
