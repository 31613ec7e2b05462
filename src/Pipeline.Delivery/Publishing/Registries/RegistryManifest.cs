using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>A manifest as a registry keeps it: of an image, of an index of images, or of an attachment.</summary>
/// <param name="Digest">Of the bytes, computed here.</param>
/// <param name="MediaType">What the bytes are.</param>
/// <param name="Content">The bytes.</param>
public sealed record RegistryManifest(Digest Digest, string MediaType, byte[] Content)
{
    /// <summary>The content as JSON; null if it is not a JSON object.</summary>
    internal JsonObject? Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Content) as JsonObject;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
