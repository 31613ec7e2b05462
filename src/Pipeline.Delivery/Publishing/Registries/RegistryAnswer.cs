using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>What a registry answered, read to its end.</summary>
internal sealed record RegistryAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public bool IsRedirect => (int)Status is 301 or 302 or 303 or 307 or 308;

    /// <summary>A fault that may be gone in a moment. So may 500: docker-registry answers it for a tag that somebody else is writing.</summary>
    public bool IsPassing => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>The first value of a header; null if it is not there.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>Reads an answer's body up to a limit.</summary>
    /// <returns>Null if the body is larger.</returns>
    public static async Task<RegistryAnswer?> ReadAsync(HttpResponseMessage response, long maximumBytes, CancellationToken cancellationToken)
    {
        // A HEAD request's answer has a length and no body.
        if (response.RequestMessage?.Method != HttpMethod.Head && response.Content.Headers.ContentLength > maximumBytes)
        {
            return null;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (body.Length + count > maximumBytes)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        return new RegistryAnswer(response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType, body.ToArray());
    }
}
