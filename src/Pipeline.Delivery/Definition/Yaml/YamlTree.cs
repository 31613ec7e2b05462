using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pipeline.Delivery.Definition.Yaml;

/// <summary>Reads a YAML text as a tree that keeps every value's place and every repeated key, which YamlDotNet's own tree does not. Anchors, aliases and merge keys are resolved.</summary>
public sealed class YamlTree
{
    private const string MergeKey = "<<";

    // Deeper than any definition; a guard against exhausting the stack.
    private const int MaxDepth = 64;

    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private int _depth;

    private YamlTree(IParser parser) => _parser = parser;

    /// <returns>The document's value, or null if there is none.</returns>
    /// <exception cref="YamlException">The text is not YAML, or holds several documents; <see cref="YamlException.Start"/> is the place.</exception>
    public static YamlNode? Read(string text)
    {
        using var reader = new StringReader(text);
        var scanner = new Scanner(reader, skipComments: true);
        try
        {
            return Read(new Parser(scanner));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's scanner throws these on some texts, for one where a flow list is never closed.
            throw new YamlException(scanner.CurrentPosition, scanner.CurrentPosition, "Something before this place is not closed or not indented right.", e);
        }
    }

    private static YamlNode? Read(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = new YamlTree(parser).ReadNode();
        parser.Consume<DocumentEnd>();
        return parser.Accept<DocumentStart>(out var second)
            ? throw new YamlException(second.Start, second.End, "A second document begins here; the file holds one.")
            : root;
    }

    private YamlNode ReadNode()
    {
        if (++_depth > MaxDepth)
        {
            throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"Nested more than {MaxDepth} deep.");
        }

        var node = ReadEvent();
        _depth--;
        return node;
    }

    private YamlNode ReadEvent()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value) ?? throw new YamlException(alias.Start, alias.End, $"The alias *{alias.Value} has no anchor &{alias.Value} before it.");
        }

        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return Keep(scalar, ToScalar(scalar));
        }

        if (_parser.TryConsume<SequenceStart>(out var sequence))
        {
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode());
            }

            return Keep(sequence, new YamlSequence(items, (int)sequence.Start.Line, (int)sequence.Start.Column));
        }

        return ReadMapping(_parser.Consume<MappingStart>());
    }

    private YamlNode ReadMapping(MappingStart start)
    {
        var entries = new List<YamlEntry>();
        var repeated = new List<YamlScalar>();
        var merged = new List<YamlEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var place = _parser.Current!;
            if (ReadNode() is not YamlScalar key)
            {
                throw new YamlException(place.Start, place.End, "A key must be a plain name.");
            }

            var value = ReadNode();
            if (key is { Text: MergeKey, IsQuoted: false } && value is YamlMapping origin)
            {
                merged.AddRange(origin.Entries);
            }
            else if (entries.Any(entry => entry.Key.Text == key.Text))
            {
                repeated.Add(key);
            }
            else
            {
                entries.Add(new YamlEntry(key, value));
            }
        }

        var own = entries.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
        entries.AddRange(merged.Where(entry => own.Add(entry.Key.Text)));
        return Keep(start, new YamlMapping(entries, repeated, (int)start.Start.Line, (int)start.Start.Column));
    }

    private YamlNode Keep(NodeEvent source, YamlNode node)
    {
        if (!source.Anchor.IsEmpty)
        {
            _anchors[source.Anchor] = node;
        }

        return node;
    }

    private static YamlScalar ToScalar(Scalar scalar) =>
        new(scalar.Value, scalar.Style != ScalarStyle.Plain, (int)scalar.Start.Line, (int)scalar.Start.Column);
}
