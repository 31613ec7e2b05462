using System.Collections.Frozen;
using System.Text;

namespace Pipeline.ModelPackage;

/// <summary>Finds the codes of one column's categories. Immutable and thread-safe.</summary>
public sealed class CategoryTable
{
    // A power of two, at most half full: most lookups end at the first entry.
    private readonly Entry[] _entries;
    private readonly FrozenDictionary<string, long> _byText;
    private readonly int _longest;

    /// <param name="feature">A categorical feature.</param>
    public CategoryTable(Feature feature)
    {
        var categories = feature.Categories ?? [];
        _byText = categories.Select((category, index) => KeyValuePair.Create(category, category == FeatureSchema.MissingCategory ? CategoryCode.Missing : index))
            .Append(KeyValuePair.Create(FeatureSchema.MissingCategory, CategoryCode.Missing))
            .DistinctBy(pair => pair.Key)
            .ToFrozenDictionary(StringComparer.Ordinal);
        _entries = new Entry[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _byText.Count * 2))];
        foreach (var (text, code) in _byText)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            _longest = Math.Max(_longest, utf8.Length);
            var slot = SlotOf(utf8);
            while (_entries[slot].Utf8 is not null)
            {
                slot = (slot + 1) & (_entries.Length - 1);
            }

            _entries[slot] = new Entry(utf8, code);
        }
    }

    /// <summary>The value's code, <see cref="CategoryCode.Unseen"/> for one that training did not see.</summary>
    public long CodeOf(string text) => _byText.GetValueOrDefault(text, CategoryCode.Unseen);

    /// <inheritdoc cref="CodeOf(string)"/>
    /// <param name="utf8">Valid UTF-8, nothing escaped.</param>
    public long CodeOf(ReadOnlySpan<byte> utf8)
    {
        // Also a bound on what a hostile value costs.
        if (utf8.Length > _longest)
        {
            return CategoryCode.Unseen;
        }

        for (var slot = SlotOf(utf8); _entries[slot].Utf8 is { } candidate; slot = (slot + 1) & (_entries.Length - 1))
        {
            if (utf8.SequenceEqual(candidate))
            {
                return _entries[slot].Code;
            }
        }

        return CategoryCode.Unseen;
    }

    // FNV-1a over at most 16 bytes from both ends. The table is fixed: values that collide cost no more than those in it do.
    private int SlotOf(ReadOnlySpan<byte> utf8)
    {
        var hash = 2_166_136_261u ^ (uint)utf8.Length;
        foreach (var value in utf8.Length <= 16 ? utf8 : utf8[..8])
        {
            hash = (hash ^ value) * 16_777_619;
        }

        if (utf8.Length > 16)
        {
            foreach (var value in utf8[^8..])
            {
                hash = (hash ^ value) * 16_777_619;
            }
        }

        return (int)((hash ^ (hash >> 15)) & (uint)(_entries.Length - 1));
    }

    private readonly record struct Entry(byte[]? Utf8, long Code);
}
