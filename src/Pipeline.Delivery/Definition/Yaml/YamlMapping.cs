namespace Pipeline.Delivery.Definition.Yaml;

/// <summary>Keys and values, each key once: the first of equal keys.</summary>
/// <param name="Entries">In the file's order; those of a merge key (<c>&lt;&lt;</c>) last.</param>
/// <param name="Repeated">Keys that were there already.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, IReadOnlyList<YamlScalar> Repeated, int Line, int Column) : YamlNode(Line, Column)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key);
}
