using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Pipeline.Inference.Scoring;

/// <summary>How bodies may be compressed: by gzip, br or deflate, once.</summary>
internal static class ContentCoding
{
    /// <summary>Value of the header Accept-Encoding that goes with a 415.</summary>
    public const string Accepted = "gzip, br, deflate";

    private const string Identity = "identity";

    /// <summary>The coding's name; null if the body is not compressed.</summary>
    public static string? Of(StringValues contentEncoding)
    {
        if (contentEncoding.Count == 0)
        {
            return null;
        }

        var name = contentEncoding.ToString().Trim().ToLowerInvariant();
        return name is Identity or "" ? null : name;
    }

    /// <summary>Decompresses a stream.</summary>
    /// <exception cref="BodyRefusedException">The coding is unknown, or there are several: each could multiply the work.</exception>
    public static Stream Decompress(Stream body, string coding) => coding switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),

        // In HTTP the word means the zlib format.
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        _ => throw new BodyRefusedException(StatusCodes.Status415UnsupportedMediaType, $"The body may be compressed by one of {Accepted}, once."),
    };
}
