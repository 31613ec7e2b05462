using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>How one categorical column becomes one-hot slots: one for each value that training saw, in ordinal order, the missing value last.</summary>
internal sealed class CategoricalEncoding
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);

    /// <param name="name">The column's name.</param>
    /// <param name="slotValues">The values with a slot, <see cref="FeatureSchema.MissingCategory"/> last if it has one.</param>
    public CategoricalEncoding(string name, IReadOnlyList<string> slotValues)
    {
        Name = name;
        SlotValues = slotValues;
        for (var slot = 0; slot < slotValues.Count; slot++)
        {
            _slots.Add(slotValues[slot], slot);
        }
    }

    public string Name { get; }

    public IReadOnlyList<string> SlotValues { get; }

    /// <summary>The value's slot within this column, or -1 for a value that training did not see.</summary>
    public int SlotOf(string value) => _slots.GetValueOrDefault(value, -1);
}
