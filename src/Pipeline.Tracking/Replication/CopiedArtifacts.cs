using System.Security.Cryptography;
using System.Text.Json;

namespace Pipeline.Tracking.Replication;

/// <summary>Which artifacts of a run another store has, as they were when they were sent. Kept as a tag; one that is too long to be kept costs sending them again.</summary>
internal sealed class CopiedArtifacts
{
    private const string Tag = TrackingTags.LocalPrefix + "artifacts";

    private readonly Dictionary<string, string> _digests;
    private readonly string _address;

    private CopiedArtifacts(string address, Dictionary<string, string> digests)
    {
        _address = address;
        _digests = digests;
    }

    public static CopiedArtifacts Read(IReadOnlyDictionary<string, string> tags, string address)
    {
        try
        {
            var note = tags.TryGetValue(Tag, out var text) ? JsonSerializer.Deserialize<Noted>(text) : null;
            return new CopiedArtifacts(address, note?.Address == address ? note.Digests ?? [] : []);
        }
        catch (JsonException)
        {
            return new CopiedArtifacts(address, []);
        }
    }

    /// <summary>Half a digest tells two versions of one file apart, and twice as many files fit into a tag.</summary>
    public static async Task<string> DigestOfAsync(Stream content, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken))[..32];

    public bool Has(string path, string digest) => _digests.GetValueOrDefault(path) == digest;

    public void Note(string path, string digest) => _digests[path] = digest;

    public Dictionary<string, string> ToTags() => new() { [Tag] = JsonSerializer.Serialize(new Noted(_address, _digests)) };

    private sealed record Noted(string Address, Dictionary<string, string>? Digests);
}
