namespace Pipeline.OnnxExport;

/// <summary>A tensor of feature vectors in the graph, float [N, number of slots].</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Slots">Which of the encoding's slots each column holds, ascending.</param>
internal sealed record FeatureTensor(string Name, IReadOnlyList<int> Slots)
{
    /// <summary>The tensor's column for each slot that it holds.</summary>
    public Dictionary<int, int> ColumnsBySlot() => Slots.Index().ToDictionary(s => s.Item, s => s.Index);
}
