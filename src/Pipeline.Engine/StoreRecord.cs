namespace Pipeline.Engine;

/// <summary>What the store knows of one output, the content of its record.json.</summary>
/// <param name="Key">The inputs that gave it.</param>
/// <param name="Files">Path below <c>output/</c>, with forward slashes, and SHA-256 hex digits.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="DurationSeconds">How long the stage took.</param>
public sealed record StoreRecord(StageKey Key, IReadOnlyDictionary<string, string> Files, DateTimeOffset CreatedAt, double DurationSeconds);
