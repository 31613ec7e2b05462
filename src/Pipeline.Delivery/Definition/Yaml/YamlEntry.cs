namespace Pipeline.Delivery.Definition.Yaml;

/// <summary>A key of a mapping and its value.</summary>
public sealed record YamlEntry(YamlScalar Key, YamlNode Value);
