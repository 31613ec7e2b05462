namespace Pipeline.Engine;

/// <summary>One output in the store with all that lies around it, as it was found.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Stage">The stage's name.</param>
/// <param name="Record">What is known of it; null if it is harmed and can never be restored.</param>
/// <param name="Size">Of all its files.</param>
/// <param name="LastUsed">When it was made or last restored.</param>
public sealed record StoreEntry(string Directory, string Stage, StoreRecord? Record, DataSize Size, DateTimeOffset LastUsed)
{
    /// <summary>The folder of the output's files.</summary>
    public string Output => Path.Combine(Directory, RunStore.OutputFolder);
}
