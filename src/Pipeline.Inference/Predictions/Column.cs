using System.Collections.Frozen;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>A feature as the request reader needs it.</summary>
public sealed class Column
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>? _categories;

    /// <param name="feature">The feature.</param>
    /// <param name="index">Its place among the schema's features.</param>
    /// <param name="slot">Its place among the features of its kind.</param>
    public Column(Feature feature, int index, int slot)
    {
        Name = feature.Name;
        Utf8Name = Encoding.UTF8.GetBytes(feature.Name);
        Kind = feature.Kind;
        Index = index;
        Slot = slot;
        AllowsMissing = feature.AllowsMissing;
        var kind = feature.Kind == FeatureKind.Numeric ? "a number" : "a string";
        Expected = feature.AllowsMissing ? $"{kind} or null" : kind;
        _categories = feature.Categories?.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> Utf8Name { get; }

    public FeatureKind Kind { get; }

    public int Index { get; }

    public int Slot { get; }

    public bool AllowsMissing { get; }

    /// <summary>What a value must be, for messages.</summary>
    public string Expected { get; }

    /// <summary>The value as a string; one that training saw is not allocated anew.</summary>
    public string Intern(ReadOnlySpan<char> value) => _categories is { } known && known.TryGetValue(value, out var category) ? category : value.ToString();
}
