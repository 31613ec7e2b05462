using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>A list of what refers to an image: the referrers API's answer, or the index that clients keep under a tag where a registry has no such API.</summary>
internal static class ReferrersIndex
{
    /// <summary>More are not read: an image has a handful.</summary>
    public const int MaximumEntries = 1000;

    /// <summary>The tag that the distribution specification gives the index of a subject: <c>sha256-…</c>.</summary>
    public static string TagOf(Digest subject) => $"sha256-{subject.Hex}";

    /// <summary>The digests in a list, in its order.</summary>
    /// <param name="index">The list; null for none.</param>
    /// <param name="name">Where it lies, for messages.</param>
    /// <exception cref="PipelineException">It is no index, or too long.</exception>
    public static IReadOnlyList<Digest> Read(RegistryManifest? index, string name) =>
        index is null ? [] : [.. EntriesOf(index, name).Select(entry => ArtifactManifest.TextOf(entry, "digest")).Where(text => Digest.TryParse(text, out _)).Select(text => Digest.Parse(text!)).Distinct()];

    /// <summary>The list with more entries; what it has is kept as it is, whoever wrote it.</summary>
    /// <returns>Null if it has them all.</returns>
    /// <exception cref="PipelineException">It is no index, or too long.</exception>
    public static byte[]? With(RegistryManifest? index, IReadOnlyList<JsonObject> descriptors, string name)
    {
        var known = Read(index, name).Select(digest => digest.ToString()).ToHashSet(StringComparer.Ordinal);
        var missing = descriptors.Where(descriptor => known.Add(descriptor["digest"]!.GetValue<string>())).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var json = index?.Json ?? new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = OciMediaTypes.ImageIndex, ["manifests"] = new JsonArray() };
        var entries = (JsonArray)json["manifests"]!;
        foreach (var descriptor in missing)
        {
            entries.Add(descriptor.DeepClone());
        }

        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static JsonArray EntriesOf(RegistryManifest index, string name) => index.Json?["manifests"] switch
    {
        JsonArray { Count: <= MaximumEntries } entries => entries,
        JsonArray entries => throw new PipelineException(ExitCode.ToolError, $"{name} lists {entries.Count} attachments; more than {MaximumEntries} are not read."),
        _ => throw new PipelineException(ExitCode.ToolError, $"{name} is no list of attachments but of type {index.MediaType}. Does something else use that tag?"),
    };
}
