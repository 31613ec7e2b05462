using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing.Registries;

/// <summary>An image of no layers, for what a registry does with images.</summary>
internal static class TinyImage
{
    public const string Type = "application/vnd.oci.image.manifest.v1+json";

    public static async Task<Digest> PushAsync(RegistryClient client, ImageReference reference, string tag, string content = "{}")
    {
        var config = Encoding.UTF8.GetBytes(content);
        await client.UploadBlobAsync(reference, config, TestContext.Current.CancellationToken);
        var manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Type,
            ["config"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.config.v1+json", ["digest"] = Digest.Of(config).ToString(), ["size"] = config.Length },
            ["layers"] = new JsonArray(),
        }.ToJsonString());
        await client.PutManifestAsync(reference, tag, Type, manifest, TestContext.Current.CancellationToken);
        return Digest.Of(manifest);
    }
}
