using System.Collections.Frozen;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>Finds a model's columns by the names in a request. Made once a model; thread-safe.</summary>
public sealed class ColumnIndex
{
    // More names than this help nobody who has misspelt one.
    private const int MaxNamesListed = 30;

    private readonly Column[] _columns;
    private readonly FrozenDictionary<string, Column> _byName;

    public ColumnIndex(FeatureSchema schema)
    {
        Schema = schema;
        var slots = new int[2];
        _columns = [.. schema.Features.Select((feature, index) => new Column(feature, index, slots[(int)feature.Kind]++))];
        _byName = _columns.ToFrozenDictionary(column => column.Name, StringComparer.Ordinal);
        var names = string.Join(", ", _columns.Take(MaxNamesListed).Select(column => column.Name));
        KnownNames = $"one of {names}{(_columns.Length > MaxNamesListed ? ", …" : string.Empty)}";
    }

    public FeatureSchema Schema { get; }

    public IReadOnlyList<Column> Columns => _columns;

    internal ReadOnlySpan<Column> Span => _columns;

    /// <summary>The columns' names, for messages.</summary>
    public string KnownNames { get; }

    /// <summary>The column of that name, or null.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The column that the reader's property name names, or null.</summary>
    /// <param name="reader">On a property name that is text.</param>
    /// <param name="expectedIndex">Where to look first: clients send columns in a steady order, mostly the schema's.</param>
    public Column? Find(ref readonly Utf8JsonReader reader, int expectedIndex)
    {
        if (expectedIndex < _columns.Length && reader.ValueTextEquals(_columns[expectedIndex].Utf8Name.Span))
        {
            return _columns[expectedIndex];
        }

        return _byName.GetValueOrDefault(reader.GetString()!);
    }
}
