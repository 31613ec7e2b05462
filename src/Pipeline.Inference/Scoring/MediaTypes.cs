using Microsoft.Net.Http.Headers;

namespace Pipeline.Inference.Scoring;

/// <summary>Tells what a request's body is said to be.</summary>
internal static class MediaTypes
{
    /// <summary>True for application/json, in UTF-8.</summary>
    public static bool IsJson(HttpRequest request) => request.ContentType is "application/json" || Is(request, "application/json");

    /// <summary>True for the media type, in UTF-8 if a character set is named.</summary>
    public static bool Is(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
