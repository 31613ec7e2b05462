using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>The manifest that ties one file to an image: OCI image manifest 1.1 with <c>subject</c> and <c>artifactType</c>, the empty configuration and one layer. The same file gives the same bytes.</summary>
internal static class ArtifactManifest
{
    public const string Title = "org.opencontainers.image.title";

    /// <summary>The configuration of manifests that need none, as the specification gives it.</summary>
    public static byte[] EmptyConfig { get; } = "{}"u8.ToArray();

    public static byte[] Of(RegistryManifest subject, Attachment attachment) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = OciMediaTypes.ImageManifest,
        ["artifactType"] = attachment.ArtifactType,
        ["config"] = Descriptor(OciMediaTypes.EmptyConfig, Digest.Of(EmptyConfig), EmptyConfig.Length),
        ["layers"] = new JsonArray(WithTitle(Descriptor(attachment.ArtifactType, Digest.Of(attachment.Content), attachment.Content.Length), attachment.Name)),
        ["subject"] = Descriptor(subject.MediaType, subject.Digest, subject.Content.Length),
        ["annotations"] = Annotations(attachment),
    }.ToJsonString());

    /// <summary>How an index names the manifest.</summary>
    public static JsonObject DescriptorOf(byte[] manifest, Attachment attachment)
    {
        var descriptor = Descriptor(OciMediaTypes.ImageManifest, Digest.Of(manifest), manifest.Length);
        descriptor["artifactType"] = attachment.ArtifactType;
        descriptor["annotations"] = Annotations(attachment);
        return descriptor;
    }

    /// <summary>Reads a manifest back.</summary>
    /// <returns>Null if it is not one file's, or not one of this subject: anybody may list anything in an index.</returns>
    public static Referrer? Read(RegistryManifest manifest, Digest subject)
    {
        if (manifest.Json is not { } json || TextOf(json["subject"], "digest") != subject.ToString() || json["layers"] is not JsonArray { Count: 1 } layers)
        {
            return null;
        }

        var type = TextOf(json, "artifactType") is { Length: > 0 } artifact ? artifact : TextOf(json["config"], "mediaType");
        var name = TextOf(layers[0]?["annotations"], Title) ?? TextOf(json["annotations"], Title);
        return type is not null && Digest.TryParse(TextOf(layers[0], "digest"), out var content) && NumberOf(layers[0], "size") is >= 0 and var size
            ? new Referrer(manifest.Digest, type, name, content, size)
            : null;
    }

    /// <summary>A text in JSON that somebody else wrote; null if there is none there.</summary>
    public static string? TextOf(JsonNode? node, string name) => node is JsonObject json && json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? NumberOf(JsonNode? node, string name) => node is JsonObject json && json[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    private static JsonObject Descriptor(string mediaType, Digest digest, long size) => new() { ["mediaType"] = mediaType, ["digest"] = digest.ToString(), ["size"] = size };

    private static JsonObject WithTitle(JsonObject descriptor, string name)
    {
        descriptor["annotations"] = new JsonObject { [Title] = name };
        return descriptor;
    }

    private static JsonObject Annotations(Attachment attachment)
    {
        var json = new JsonObject();
        foreach (var (name, value) in attachment.Annotations.Append(new(Title, attachment.Name)).DistinctBy(pair => pair.Key).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json[name] = value;
        }

        return json;
    }
}
