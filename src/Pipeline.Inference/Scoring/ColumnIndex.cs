using System.Collections.Frozen;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>Finds a model's columns by the names in a request. Made once a model; thread-safe.</summary>
public sealed class ColumnIndex
{
    // More names than this help nobody who has misspelt one.
    private const int MaxNamesListed = 30;

    private readonly FrozenDictionary<string, Column> _byName;

    public ColumnIndex(FeatureSchema schema)
    {
        Schema = schema;
        var slots = new int[2];
        Columns = [.. schema.Features.Select((feature, index) => new Column(feature, index, slots[(int)feature.Kind]++))];
        _byName = Columns.ToFrozenDictionary(column => column.Name, StringComparer.Ordinal);
        var names = string.Join(", ", Columns.Take(MaxNamesListed).Select(column => column.Name));
        KnownNames = $"one of {names}{(Columns.Count > MaxNamesListed ? ", …" : string.Empty)}";
    }

    public FeatureSchema Schema { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The columns' names, for messages.</summary>
    public string KnownNames { get; }

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The column that the reader's property name names, or null.</summary>
    /// <param name="reader">On a property name.</param>
    /// <param name="expectedIndex">Where to look first: clients send columns in a steady order, mostly the schema's.</param>
    /// <exception cref="InvalidOperationException">The name has an escape that is no Unicode character.</exception>
    public Column? Find(ref readonly Utf8JsonReader reader, int expectedIndex)
    {
        if (expectedIndex < Columns.Count && reader.ValueTextEquals(Columns[expectedIndex].Utf8Name.Span))
        {
            return Columns[expectedIndex];
        }

        return _byName.GetValueOrDefault(reader.GetString()!);
    }
}
