namespace Pipeline.Delivery.Definition.Yaml;

/// <summary>A value of a YAML file with its place, from 1.</summary>
public abstract record YamlNode(int Line, int Column);
