using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>How one categorical column becomes one-hot slots: one for each value that is kept, in ordinal order, then one for the missing value, then one for all other values.</summary>
internal sealed class CategoricalEncoding
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <param name="name">The column's name.</param>
    /// <param name="slotValues">The values with a slot, <see cref="FeatureSchema.MissingCategory"/> last if it has one.</param>
    /// <param name="hasOther">Whether all other values have a slot, the last one.</param>
    public CategoricalEncoding(string name, IReadOnlyList<string> slotValues, bool hasOther)
    {
        Name = name;
        SlotValues = slotValues;
        HasOther = hasOther;
        for (var slot = 0; slot < slotValues.Count; slot++)
        {
            _slots.Add(slotValues[slot], slot);
        }
    }

    public string Name { get; }

    public IReadOnlyList<string> SlotValues { get; }

    public bool HasOther { get; }

    /// <summary>Number of slots, at least 1.</summary>
    public int Width => SlotValues.Count + (HasOther ? 1 : 0);

    /// <summary>The value's slot within this column; -1 if it has none.</summary>
    public int SlotOf(string value) =>
        _slots.TryGetValue(value, out var slot) ? slot
        : HasOther && value != FeatureSchema.MissingCategory ? SlotValues.Count
        : -1;
}
