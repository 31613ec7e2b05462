namespace Pipeline.Delivery.Data;

/// <summary>A file that holds rows.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Name">Relative to the model's folder, with forward slashes; for messages and keys.</param>
/// <param name="Format">Told by the suffix.</param>
/// <param name="IsCompressed">True for <c>.gz</c>.</param>
public sealed record DataFile(string Path, string Name, DataFileFormat Format, bool IsCompressed);
