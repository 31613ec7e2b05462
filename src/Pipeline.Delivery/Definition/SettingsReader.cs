using System.Globalization;
using Pipeline.Delivery.Definition.Yaml;

namespace Pipeline.Delivery.Definition;

/// <summary>
/// Takes the settings out of one YAML mapping and notes every fault on the way. A setting at fault gives a placeholder, so that reading goes on; the caller must not use
/// what was read if there are faults.
/// </summary>
internal sealed class SettingsReader(YamlMapping mapping, string path, ICollection<DefinitionFault> faults)
{
    private const string Off = "off";

    private readonly List<string> _known = [];

    public bool Has(string key) => mapping.Find(key) is not null;

    public string Text(string key, string? fallback = null)
    {
        switch (Take(key, isRequired: fallback is null))
        {
            case null:
                return fallback ?? string.Empty;
            case YamlScalar { IsText: true } scalar when !string.IsNullOrWhiteSpace(scalar.Text):
                return scalar.Text;
            case YamlScalar { IsText: true } scalar:
                return Fault(scalar, key, "is empty; write a text", string.Empty);
            case YamlScalar { IsNull: false } scalar:
                return Fault(scalar, key, $"must be a text; write \"{scalar.Text}\" in quotes", string.Empty);
            case var node:
                return Fault(node, key, $"must be a text; it is {Describe(node)}", string.Empty);
        }
    }

    /// <summary>One of a set of names.</summary>
    public string Choice(string key, IReadOnlyCollection<string> choices, string what, string? fallback = null)
    {
        var before = faults.Count;
        var text = Text(key, fallback);
        return faults.Count > before || choices.Contains(text) ? text : Fault(mapping.Find(key)?.Value ?? mapping, key, $"'{text}' is not {what}{NearestName.Hint(text, choices)}", text);
    }

    public int Integer(string key, int min, int max, int? fallback = null)
    {
        var node = Take(key, isRequired: fallback is null);
        return node switch
        {
            null => fallback ?? min,
            YamlScalar { WholeNumber: { } value } when value >= min && value <= max => (int)value,
            _ => Fault(node, key, Invariant($"must be a whole number from {min} to {max}; it is {Describe(node)}"), min),
        };
    }

    public double Number(string key, NumberRange range, double? fallback = null) => Number(Take(key, isRequired: fallback is null), key, range) ?? fallback ?? 0;

    /// <summary>A number, or two in a list: the bounds within which a search may choose it.</summary>
    /// <returns>The number, or the bounds; neither if it is absent or at fault.</returns>
    public (double? Value, SearchRange? Range) NumberOrRange(string key, double min, double max, bool isInteger, bool isSearched)
    {
        var node = Take(key, isRequired: false);
        switch (node)
        {
            case null:
                return (null, null);
            case YamlSequence { Items: [YamlScalar { Number: { } low }, YamlScalar { Number: { } high }] } when IsValid(low) && IsValid(high) && low < high:
                return (null, new SearchRange(low, high));
            case YamlScalar { Number: { } value } when IsValid(value):
                return (value, null);
            default:
                return Fault<(double?, SearchRange?)>(
                    node,
                    key,
                    Invariant($"must be a {(isInteger ? "whole " : string.Empty)}number from {min} to {max}{(isSearched ? ", or a list of two such numbers, the lesser first, that the search chooses between" : string.Empty)}; it is {Describe(node)}"),
                    (null, null));
        }

        bool IsValid(double number) => number >= min && number <= max && (!isInteger || number == Math.Floor(number));
    }

    /// <summary>True if the setting is there as a text that is no number.</summary>
    public bool IsName(string key) => mapping.Find(key)?.Value is YamlScalar { IsText: true };

    public double? OptionalNumber(string key, NumberRange range) => Number(Take(key, isRequired: false), key, range);

    /// <summary>A number, or null for <c>off</c>.</summary>
    public double? NumberOrOff(string key, NumberRange range, double fallback)
    {
        var node = Take(key, isRequired: false);
        return node switch
        {
            null => fallback,
            YamlScalar { IsQuoted: false, Text: Off } => null,
            YamlScalar { Number: { } value } when range.Contains(value) => value,
            _ => Fault<double?>(node, key, $"must be a number {range}, or {Off}; it is {Describe(node)}", fallback),
        };
    }

    /// <summary>A whole number, or null for <c>off</c>.</summary>
    public int? IntegerOrOff(string key, int min, int max, int fallback)
    {
        var node = Take(key, isRequired: false);
        return node switch
        {
            null => fallback,
            YamlScalar { IsQuoted: false, Text: Off } => null,
            YamlScalar { WholeNumber: { } value } when value >= min && value <= max => (int)value,
            _ => Fault<int?>(node, key, Invariant($"must be a whole number from {min} to {max}, or {Off}; it is {Describe(node)}"), fallback),
        };
    }

    public bool Boolean(string key, bool fallback)
    {
        var node = Take(key, isRequired: false);
        return node switch
        {
            null => fallback,
            YamlScalar { Boolean: { } value } => value,
            _ => Fault(node, key, $"must be true or false; it is {Describe(node)}", fallback),
        };
    }

    public DateOnly Date(string key)
    {
        var node = Take(key, isRequired: true);
        return node switch
        {
            null => default,
            YamlScalar scalar when DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
            _ => Fault(node, key, $"must be a day such as 2001-04-01; it is {Describe(node)}", default(DateOnly)),
        };
    }

    public TimeSpan Duration(string key, TimeSpan fallback)
    {
        var node = Take(key, isRequired: false);
        return node switch
        {
            null => fallback,
            YamlScalar scalar when DurationText.TryParse(scalar.Text, out var duration) => duration,
            _ => Fault(node, key, $"must be {DurationText.Form}; it is {Describe(node)}", fallback),
        };
    }

    /// <summary>A mapping, or null if it is absent or something else.</summary>
    public T? Mapping<T>(string key, Func<SettingsReader, T> read, bool isRequired = true)
        where T : class
    {
        var node = Take(key, isRequired);
        return node is null ? null : ReadMapping(node, PathOf(key), read);
    }

    /// <summary>True if the setting is there as a mapping of settings.</summary>
    public bool IsMapping(string key) => mapping.Find(key)?.Value is YamlMapping;

    /// <summary>A mapping of names that its writer chose to texts; empty if it is absent.</summary>
    public IReadOnlyDictionary<string, string> TextsByName(string key) =>
        Mapping(key, reader => reader.AllTexts(), isRequired: false) ?? [];

    /// <summary>A mapping of names that its writer chose to mappings, in ordinal order; empty if it is absent.</summary>
    public IReadOnlyDictionary<string, T> MappingsByName<T>(string key, Func<SettingsReader, T> read)
        where T : class =>
        Mapping(key, reader => reader.AllMappings(read), isRequired: false) ?? [];

    /// <summary>A list of mappings, at least one; empty if it is absent and may be.</summary>
    public IReadOnlyList<T> Mappings<T>(string key, Func<SettingsReader, T> read, bool isRequired = true)
        where T : class =>
        [.. Items(key, isRequired).Select(item => ReadMapping(item.Node, item.Path, read)).OfType<T>()];

    /// <summary>A list of texts, at least one; empty if it is absent and may be.</summary>
    public IReadOnlyList<string> Texts(string key, bool isRequired = true)
    {
        var texts = new List<string>();
        foreach (var (item, itemPath) in Items(key, isRequired))
        {
            if (item is YamlScalar { IsText: true } scalar && !string.IsNullOrWhiteSpace(scalar.Text))
            {
                texts.Add(scalar.Text);
            }
            else
            {
                AddFault(item, itemPath, $"must be a text; it is {Describe(item)}");
            }
        }

        return texts;
    }

    /// <summary>Notes a fault of a setting that has been read, or of this mapping if it is not there.</summary>
    public void Fault(string key, string message) => AddFault(mapping.Find(key)?.Value ?? mapping, PathOf(key), message);

    /// <summary>Notes a fault of this mapping as a whole.</summary>
    public void Fault(string message) => AddFault(mapping, path, message);

    /// <summary>Notes keys that nobody asked for, and repeated ones.</summary>
    public void Finish()
    {
        // What is already written is not what somebody meant by another key.
        var free = _known.Where(key => !Has(key)).ToList();
        foreach (var (key, _) in mapping.Entries.Where(entry => !_known.Contains(entry.Key.Text)))
        {
            var hint = NearestName.Of(key.Text, free) is { } name ? $"did you mean '{name}'?" : $"known: {string.Join(", ", _known)}";
            AddFault(key, PathOf(key.Text), $"is not a setting; {hint}");
        }

        foreach (var key in mapping.Repeated)
        {
            AddFault(key, PathOf(key.Text), Invariant($"is there twice, first on line {mapping.Find(key.Text)!.Key.Line}; keep one"));
        }
    }

    private Dictionary<string, string> AllTexts() => mapping.Entries.DistinctBy(entry => entry.Key.Text).ToDictionary(entry => entry.Key.Text, entry => Text(entry.Key.Text), StringComparer.Ordinal);

    private SortedDictionary<string, T> AllMappings<T>(Func<SettingsReader, T> read)
        where T : class
    {
        var values = mapping.Entries.DistinctBy(entry => entry.Key.Text).Select(entry => (entry.Key.Text, Value: Mapping(entry.Key.Text, read)));
        return new SortedDictionary<string, T>(values.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Text, entry => entry.Value!), StringComparer.Ordinal);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Describe(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "empty",
        YamlScalar { IsQuoted: true } scalar => $"the text \"{scalar.Text}\"",
        YamlScalar scalar => $"'{scalar.Text}'",
        YamlSequence => "a list",
        _ => "a mapping",
    };

    private YamlNode? Take(string key, bool isRequired)
    {
        _known.Add(key);
        var node = mapping.Find(key)?.Value;
        if (node is null && isRequired)
        {
            AddFault(mapping, PathOf(key), "is missing; add it");
        }

        return node;
    }

    private double? Number(YamlNode? node, string key, NumberRange range) => node switch
    {
        null => null,
        YamlScalar { Number: { } value } when range.Contains(value) => value,
        _ => Fault<double?>(node, key, $"must be a number {range}; it is {Describe(node)}", 0),
    };

    private T? ReadMapping<T>(YamlNode node, string nodePath, Func<SettingsReader, T> read)
        where T : class
    {
        if (node is not YamlMapping inner)
        {
            AddFault(node, nodePath, $"must be a mapping of settings; it is {Describe(node)}");
            return null;
        }

        var reader = new SettingsReader(inner, nodePath, faults);
        var value = read(reader);
        reader.Finish();
        return value;
    }

    private List<(YamlNode Node, string Path)> Items(string key, bool isRequired = true)
    {
        switch (Take(key, isRequired))
        {
            case null:
                return [];
            case YamlSequence { Items.Count: > 0 } sequence:
                return [.. sequence.Items.Select((item, i) => (item, Invariant($"{PathOf(key)}[{i}]")))];
            case YamlSequence sequence:
                return Fault<List<(YamlNode, string)>>(sequence, key, "is an empty list; it needs at least one entry", []);
            case var node:
                return Fault<List<(YamlNode, string)>>(node, key, $"must be a list; it is {Describe(node)}", []);
        }
    }

    private T Fault<T>(YamlNode node, string key, string message, T placeholder)
    {
        AddFault(node, PathOf(key), message);
        return placeholder;
    }

    private void AddFault(YamlNode node, string nodePath, string message) => faults.Add(new DefinitionFault(nodePath, node.Line, node.Column, message));

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";
}
