using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Numerics;
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
        _entries = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, _byText.Count * 2))];
        foreach (var (text, code) in _byText)
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            _longest = Math.Max(_longest, utf8.Length);
            var key = KeyOf(utf8);
            var slot = SlotOf(key);
            while (_entries[slot].Utf8 is not null)
            {
                slot = (slot + 1) & (_entries.Length - 1);
            }

            _entries[slot] = new Entry(utf8, key, code);
        }
    }

    /// <summary>The value's code, <see cref="CategoryCode.Unseen"/> for one that is none of the categories.</summary>
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

        var key = KeyOf(utf8);
        for (var slot = SlotOf(key); _entries[slot].Utf8 is { } candidate; slot = (slot + 1) & (_entries.Length - 1))
        {
            if (_entries[slot].Key == key && candidate.Length == utf8.Length && (utf8.Length <= sizeof(ulong) || utf8.SequenceEqual(candidate)))
            {
                return _entries[slot].Code;
            }
        }

        return CategoryCode.Unseen;
    }

    // Up to eight bytes: all of them, so that two texts of one length have the same key only if they are the same. Longer ones: both ends. The table is fixed: values that
    // collide cost no more than those in it do.
    private static ulong KeyOf(ReadOnlySpan<byte> utf8) => utf8.Length switch
    {
        0 => 0,
        < sizeof(uint) => (ulong)(utf8[0] | (utf8[utf8.Length / 2] << 8) | (utf8[^1] << 16)),
        <= sizeof(ulong) => BinaryPrimitives.ReadUInt32LittleEndian(utf8) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(utf8[^sizeof(uint)..]) << 32),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]), 23),
    };

    // Fibonacci hashing: the product's upper bits depend on all of the key's.
    private int SlotOf(ulong key) => (int)(((key * 0x9E37_79B9_7F4A_7C15) >> 32) & (uint)(_entries.Length - 1));

    private readonly record struct Entry(byte[]? Utf8, ulong Key, long Code);
}
