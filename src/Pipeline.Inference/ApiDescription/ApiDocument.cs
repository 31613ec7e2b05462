using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.ApiDescription;

/// <summary>The OpenAPI document of one model, as it is sent.</summary>
/// <param name="Model">The model that it describes.</param>
/// <param name="Utf8Json">The document.</param>
/// <param name="EntityTag">Changes with the document.</param>
internal sealed record ApiDocument(LoadedModel Model, ReadOnlyMemory<byte> Utf8Json, EntityTagHeaderValue EntityTag)
{
    /// <param name="model">The model.</param>
    /// <param name="maxRows">Rows that one request may have.</param>
    /// <param name="openPaths">Paths that need no API key, with all under them; null if none needs one.</param>
    public static ApiDocument Of(LoadedModel model, int maxRows, IReadOnlyList<PathString>? openPaths)
    {
        var bytes = JsonNodes.ToUtf8(new OpenApiDocument(model, maxRows, openPaths).Build());
        return new ApiDocument(model, bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\""));
    }
}
