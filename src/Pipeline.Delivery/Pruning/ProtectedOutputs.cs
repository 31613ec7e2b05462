using Pipeline.Engine;

namespace Pipeline.Delivery.Pruning;

/// <summary>The outputs in a store that must stay, whatever its size, and why.</summary>
internal sealed class ProtectedOutputs
{
    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _models = new(StringComparer.Ordinal);

    /// <param name="output">The output's folder. What was said of it first stands.</param>
    /// <param name="why">For people.</param>
    public void Add(string output, string why) => _outputs.TryAdd(Path.GetFullPath(Path.GetDirectoryName(output)!), why);

    /// <summary>Every output of a model of which it cannot be told what it needs.</summary>
    public void AddModel(string model, string why) => _models[model] = why;

    /// <summary>Why an entry must stay; null if it need not.</summary>
    public string? WhyOf(StoreEntry entry) =>
        entry.Record is not { } record ? null : _outputs.GetValueOrDefault(Path.GetFullPath(entry.Directory)) ?? _models.GetValueOrDefault(record.Key.Model);
}
